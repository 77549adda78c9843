using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>Whether events can be appended by hand.</summary>
/// <param name="Closed">Why not, in words; null while it is open.</param>
/// <param name="IsReadOnly">Nothing that is done here opens it: there is no composer at all (requirement S-182).</param>
public sealed record StreamGate(string? Closed, bool IsReadOnly)
{
    private static readonly StreamGate Open = new(null, IsReadOnly: false);

    /// <summary>The stream was deleted under the eyes of a reader.</summary>
    public static StreamGate Deleted { get; } = new("Read only: deleted", IsReadOnly: true);

    /// <summary>The gate of a stream for a person.</summary>
    public static StreamGate Of(StateResponse state, StreamRights rights) =>
        state.Archive is not null ? new("Read only: archived", IsReadOnly: true)
        : !rights.MayAppend ? new("Read only: you may look, not append", IsReadOnly: true)
        : !state.CoreState.Paused ? Open
        : new(state.CoreState.PauseReason is { Length: > 0 } reason ? $"Paused: {reason}" : "Paused", IsReadOnly: false);
}
