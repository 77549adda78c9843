using System.Globalization;
using System.Text;
using Iterate.Domain.Api;

namespace Iterate.Bench;

/// <summary>A log of sample events of a few types, as an export has it, in chunks.</summary>
internal sealed class SampleLog(int events)
{
    private const int ChunkEvents = 6_000;
    private const int Types = 5;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The events in order, so many at a time.</summary>
    public IEnumerable<StreamEvent[]> Chunks() => Enumerable.Range(1, events).Select(EventAt).Chunk(ChunkEvents);

    /// <summary>The lines of a chunk.</summary>
    public static string Lines(StreamEvent[] chunk)
    {
        var lines = new StringBuilder();
        foreach (var committed in chunk)
        {
            lines.Append(JsonText.From(committed).Text).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>Restores the whole log to a path of a project.</summary>
    public async Task RestoreAsync(IStreamsApi streams, string project, string path, CancellationToken cancellationToken)
    {
        var import = await streams.ImportStartAsync(new(project, path, ImportMode.Restore), cancellationToken);
        foreach (var chunk in Chunks())
        {
            import = await streams.ImportChunkAsync(new(project, import.Id, import.Lines + 1, Lines(chunk)), cancellationToken);
        }

        await streams.ImportFinishAsync(new(project, import.Id), cancellationToken);
    }

    private static StreamEvent EventAt(int offset) => new()
    {
        Offset = offset,
        Type = offset == 1 ? "stream/created" : string.Create(CultureInfo.InvariantCulture, $"{SampleEvent.Type}-{offset % Types}"),
        Payload = offset == 1 ? JsonText.From(new { projectId = "prj_bench", path = "/bench" }) : JsonText.FromTrusted(SampleEvent.Payload(offset)),
        CreatedAt = Start + TimeSpan.FromMilliseconds(offset),
    };
}
