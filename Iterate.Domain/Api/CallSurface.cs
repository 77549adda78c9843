namespace Iterate.Domain.Api;

/// <summary>The way by which a call came in.</summary>
public enum CallSurface
{
    /// <summary>The HTTP face, by any program but the CLI.</summary>
    Http,

    /// <summary>A hub, as the stream in a page uses it.</summary>
    Hub,

    /// <summary>A circuit of the UI.</summary>
    Ui,

    /// <summary>The command line.</summary>
    Cli,
}
