namespace Iterate.Domain.Api;

/// <summary>The answer of a method that waits. Running out of time is no error, but the CLI ends with exit code 3 (requirement S-192).</summary>
public interface ITimedAnswer
{
    /// <summary>What was waited for did not come in time.</summary>
    bool TimedOut { get; }
}
