namespace Iterate.Cli;

/// <summary>What the process ends with; the same for every command (spec README, CLI; requirement S-192).</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The server refused, or the input itself was refused.</summary>
    public const int Refused = 1;

    /// <summary>Wrong usage, or something that must be there is missing.</summary>
    public const int Usage = 2;

    /// <summary>No answer in time.</summary>
    public const int TimedOut = 3;

    /// <summary>No iterate server answers.</summary>
    public const int Unreachable = 4;

    /// <summary>The server does not know who calls.</summary>
    public const int NotSignedIn = 5;

    /// <summary>Ended by Ctrl-C before it was done; 128 + SIGINT, as shells expect.</summary>
    public const int Interrupted = 130;
}
