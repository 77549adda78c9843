using System.Globalization;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// What a node tells the others: which streams reach which offset, or that they are too many to name
/// (requirement S-107). Only a hint; whoever misses it finds out by polling.
/// </summary>
/// <param name="Node">Who says it; a node knows its own commits.</param>
/// <param name="Heads">Internal stream id and head; null means "many".</param>
internal sealed record WakeUpMessage(string Node, IReadOnlyList<(long Stream, long Head)>? Heads)
{
    /// <summary>The channel all nodes of a database listen on.</summary>
    public const string Channel = "iterate_streams";

    private const int MaxBytes = 7_000;
    private const string Many = "many";

    /// <summary>The payload: <c>node stream:head stream:head …</c>.</summary>
    public override string ToString()
    {
        var text = Heads is null ? Many : string.Join(' ', Heads.Select(head => string.Create(CultureInfo.InvariantCulture, $"{head.Stream}:{head.Head}")));
        return $"{Node} {(text.Length <= MaxBytes ? text : Many)}";
    }

    /// <summary>Reads a payload; null when it is none of ours.</summary>
    public static WakeUpMessage? TryParse(string payload)
    {
        var words = payload.Split(' ');
        if (words is [var from, Many])
        {
            return new(from, null);
        }

        var heads = new List<(long, long)>();
        foreach (var word in words.Skip(1))
        {
            if (word.Split(':') is not [var stream, var head] || !TryNumber(stream, out var id) || !TryNumber(head, out var offset))
            {
                return null;
            }

            heads.Add((id, offset));
        }

        return new(words[0], heads);
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
