namespace Iterate.Domain.Streams;

/// <summary>Who hands events in.</summary>
public enum EventOrigin
{
    /// <summary>A caller of the contract: reserved keys and platform types are refused (requirements S-32 and S-49).</summary>
    Caller,

    /// <summary>The platform itself, which may append any core event under a reserved key (requirement S-207).</summary>
    Platform,
}
