using Iterate.Faults.Tests.Load;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>Where the transaction can be stopped that appends a marked batch.</summary>
internal static class AppendPhases
{
    /// <summary>Events of a batch.</summary>
    public const int BatchLength = 3;

    private const string Table = "stream_event";

    /// <summary>Its rows are locked and its events decided; none is written.</summary>
    public static Phase BeforeInsert { get; } = Phase.AtRow("BeforeInsert", Table, "before insert", Marked("BeforeInsert"));

    /// <summary>Its events are written; the rest is not.</summary>
    public static Phase AfterInsert { get; } = Phase.AtRow("AfterInsert", Table, "after insert", Marked("AfterInsert"));

    /// <summary>All is written and its commit has begun.</summary>
    public static Phase Commit { get; } = Phase.AtCommit("Commit", Table, "insert", Marked("Commit"));

    public static IReadOnlyList<Phase> All { get; } = [BeforeInsert, AfterInsert, Commit];

    /// <summary>A batch for a new stream that is stopped in a phase while the gate is closed; not yet acknowledged.</summary>
    public static Acknowledged Batch(Phase phase, int round) => new(
        $"{AppendLoad.NewStreams}/gate-{round}", [.. Enumerable.Range(0, BatchLength).Select(part => $"{phase.Name} {round}-{part}")], Offsets: [], Keyed: true);

    private static string Marked(string phase) => $"new.payload ->> 'id' like '{phase} %'";
}
