namespace Iterate.Domain.Streams;

/// <summary>Who hands events in; each may append what those before it may.</summary>
public enum EventOrigin
{
    /// <summary>A caller who may write to the project: reserved keys and the platform's types are refused (requirements S-32 and S-49).</summary>
    Caller,

    /// <summary>A caller who administers the project.</summary>
    Admin,

    /// <summary>The platform itself, which may append any core event under a reserved key (requirement S-207).</summary>
    Platform,
}
