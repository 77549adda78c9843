namespace Iterate.Domain.Outbox;

/// <summary>Fails an outbox job at once: another attempt could not end otherwise (requirement O-26).</summary>
/// <param name="code">A word for machines, kebab-case.</param>
/// <param name="message">What a person reads.</param>
public sealed class NonRetryableException(string code, string message) : Exception(message)
{
    /// <summary>A word for machines, kebab-case.</summary>
    public string Code { get; } = code;
}

/// <summary>Puts an outbox job off without using an attempt, at most 100 times (requirement O-26).</summary>
/// <param name="until">When to look again.</param>
/// <param name="message">What is waited for.</param>
public sealed class PostponeException(DateTimeOffset until, string message) : Exception(message)
{
    /// <summary>When to look again.</summary>
    public DateTimeOffset Until { get; } = until;
}

/// <summary>An error of a system that says when to come back, such as HTTP 429 and 503 (requirement O-25).</summary>
public interface IRetryAfter
{
    /// <summary>How long it wants to be left alone; null when it did not say.</summary>
    TimeSpan? RetryAfter { get; }
}
