using System.Globalization;

namespace Iterate.Infrastructure.Streams;

/// <summary>Ephemeral frames that a node wrote down together: all of its rows from one number to another.</summary>
internal sealed record FrameRange(long First, long Last);

/// <summary>
/// What a node tells the others: which streams reach which offset, or that they are too many to name, and which
/// ephemeral frames it wrote (requirements S-105 and S-107). Only a hint; whoever misses it finds out by polling.
/// </summary>
/// <param name="Node">Who says it; a node knows its own commits.</param>
/// <param name="Heads">Internal stream id and head; null means "many".</param>
/// <param name="Frames">Ephemeral frames, if any.</param>
internal sealed record WakeUpMessage(string Node, IReadOnlyList<(long Stream, long Head)>? Heads, FrameRange? Frames = null)
{
    /// <summary>The channel all nodes of a database listen on.</summary>
    public const string Channel = "iterate_streams";

    /// <summary>Longest list of heads; PostgreSQL takes payloads below 8,000 bytes.</summary>
    public const int MaxBytes = 7_000;

    private const string Many = "many";
    private const string FramesMark = "frames";

    /// <summary>The payload: <c>node [frames:first-last] many</c>, or <c>node [frames:first-last] stream:head …</c>.</summary>
    public override string ToString()
    {
        var text = Node;
        if (Frames is { } frames)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" {FramesMark}:{frames.First}-{frames.Last}");
        }

        var heads = Heads is null ? $" {Many}" : string.Concat(Heads.Select(head => string.Create(CultureInfo.InvariantCulture, $" {head.Stream}:{head.Head}")));
        return text + (heads.Length <= MaxBytes ? heads : $" {Many}");
    }

    /// <summary>Reads a payload; null when it is none of ours.</summary>
    public static WakeUpMessage? TryParse(string payload)
    {
        var words = payload.Split(' ');
        FrameRange? frames = null;
        List<(long, long)>? heads = [];
        foreach (var word in words.Skip(1))
        {
            if (word is Many)
            {
                heads = null;
            }
            else if (word.Split(':') is not [var name, var value])
            {
                return null;
            }
            else if (name is FramesMark && value.Split('-') is [var from, var to] && TryNumber(from, out var first) && TryNumber(to, out var last))
            {
                frames = new(first, last);
            }
            else if (TryNumber(name, out var id) && TryNumber(value, out var offset))
            {
                heads?.Add((id, offset));
            }
            else
            {
                return null;
            }
        }

        return words.Length > 1 ? new(words[0], heads, frames) : null;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
