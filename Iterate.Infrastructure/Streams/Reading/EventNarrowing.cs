using System.Globalization;
using System.Text;
using Iterate.Domain.Streams;
using Npgsql;
using NpgsqlTypes;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// What the database can leave out before an <see cref="EventMatcher"/> looks at the rest. It lets too much through
/// rather than too little: text is compared with every character beyond ASCII left open, because databases do not agree
/// on the case of those.
/// </summary>
internal static class EventNarrowing
{
    /// <summary>A condition on the columns of <c>stream_event</c>; its parameters are <c>$6</c> to <c>$9</c>.</summary>
    public const string Condition = """
        ($6 is null or payload @> $6) and ($7 is null or metadata @> $7)
        and ($8 is null or type ilike $8 or payload::text collate "C" ilike $9 or metadata::text collate "C" ilike $9)
        """;

    /// <summary>The parameters of <see cref="Condition"/>.</summary>
    public static NpgsqlParameter[] Parameters(EventMatcher matcher) =>
    [
        Json(matcher.Payload.Text),
        Json(matcher.Metadata.Text),
        Query.Value(matcher.Contains is { } text ? Pattern(text) : null),
        Query.Value(matcher.Contains is { } inJson ? Pattern(Escape(inJson)) : null),
    ];

    private static NpgsqlParameter<string?> Json(string? json) => new() { TypedValue = json, NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static string Pattern(string text)
    {
        var pattern = new StringBuilder("%");
        foreach (var rune in text.EnumerateRunes())
        {
            if (!rune.IsAscii)
            {
                pattern.Append('_');
                continue;
            }

            if (rune.Value is '%' or '_' or '\\')
            {
                pattern.Append('\\');
            }

            pattern.Append((char)rune.Value);
        }

        return pattern.Append('%').ToString();
    }

    /// <summary>As the database writes the text within a JSON string.</summary>
    private static string Escape(string text) => string.Concat(text.Select(character => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
        _ => character.ToString(),
    }));
}
