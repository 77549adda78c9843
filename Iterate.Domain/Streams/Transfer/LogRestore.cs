using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// Turns the lines of an export back into the log they were: offsets gapless from 1, times that never go back, and only
/// the identity in <c>stream/created</c> replaced (requirement S-124).
/// </summary>
/// <param name="projectId"><c>prj_</c> id of the project restored into.</param>
/// <param name="path">Path restored to.</param>
/// <param name="head">Offset of the last event taken.</param>
/// <param name="lastEventAt">Its time.</param>
public sealed class LogRestore(string projectId, StreamPath path, long head, DateTimeOffset? lastEventAt)
{
    /// <summary>Offset of the last event taken.</summary>
    public long Head { get; private set; } = head;

    /// <summary>Time of the last event taken.</summary>
    public DateTimeOffset? LastEventAt { get; private set; } = lastEventAt;

    /// <summary>Takes the next line; null for a blank one.</summary>
    /// <exception cref="EventLineException">The line is not the next event.</exception>
    public WrittenEvent? Take(long line, ReadOnlySpan<byte> json)
    {
        if (ImportLines.IsBlank(line, json))
        {
            return null;
        }

        var read = ImportLines.Read<StreamEvent>(line, json);
        Check(line, read);
        var admitted = ImportLines.Admit(line, new()
        {
            Type = read.Type,
            Payload = read.Offset == 1 ? Identity(read) : read.Payload,
            Metadata = read.Metadata,
            Source = read.Source,
            IdempotencyKey = read.IdempotencyKey,
        });
        (Head, LastEventAt) = (read.Offset, read.CreatedAt);
        return new(admitted.CommitAt(read.Offset, read.CreatedAt), admitted.Bytes);
    }

    private void Check(long line, StreamEvent read)
    {
        if (read.Offset != Head + 1)
        {
            throw Fault(line, $"has the offset {read.Offset}; the next one is {Head + 1}.");
        }

        if ((read.Offset == 1) != (read.Type == CoreEvents.Created))
        {
            throw Fault(line, $"has the type {read.Type}; {CoreEvents.Created} is the first event and no other.");
        }

        if (read.CreatedAt < LastEventAt)
        {
            throw Fault(line, "is older than the event before it.");
        }

        if (read.CreatedAt.UtcTicks % TimeSpan.TicksPerMillisecond != 0)
        {
            throw Fault(line, "has a time finer than milliseconds.");
        }
    }

    private JsonText Identity(StreamEvent created) => JsonText.From(new { projectId, path = path.Value, importedFrom = created.Payload });

    private static EventLineException Fault(long line, string reason) => new(line, reason);
}
