using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Iterate.Cli.Commands;
using Iterate.Domain.Api;

namespace Iterate.Cli.Output;

/// <summary>
/// An answer as a person reads it: a list of records becomes a table with the rest of the answer below it, any other
/// record its names and values.
/// </summary>
internal static class ResultTable
{
    private const string Gap = "  ";

    private const int NarrowestColumn = 4;

    /// <summary>The text, in lines of at most <paramref name="columns"/> characters.</summary>
    public static string Of(object answer, int columns)
    {
        var rest = Readable(answer.GetType()).ToList();
        if (rest.Find(property => RowType(property.PropertyType) is not null) is not { } list)
        {
            return Pairs(answer, rest, columns);
        }

        var rows = ((IEnumerable)list.GetValue(answer)!).Cast<object>().ToList();
        rest.Remove(list);
        var footer = rest
            .Where(property => property.GetValue(answer) is not null)
            .Select(property => $"{Words(property.Name)} {Terminal.Printable(Cell(property.GetValue(answer)))}");
        var table = rows.Count > 0 ? Rows(RowType(list.PropertyType)!, rows, columns) : $"no {Words(list.Name)}\n";
        return table + string.Join(" · ", footer) switch { "" => "", var words => Terminal.Dim(words) + "\n" };
    }

    /// <summary>A value in a cell.</summary>
    public static string Cell(object? value) => value switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "yes" : "no",
        DateTimeOffset time => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        JsonText json => json.Text ?? "",
        Enum word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value, value.GetType(), ApiJson.Options),
    };

    private static string Pairs(object record, List<PropertyInfo> properties, int columns)
    {
        var pairs = properties
            .Select(property => (Name: Words(property.Name), Value: property.GetValue(record)))
            .Where(pair => pair.Value is not null and not JsonText { IsAbsent: true })
            .SelectMany(pair => RecordMember.IsRecord(pair.Value!.GetType())
                ? Readable(pair.Value.GetType()).Select(inner => (Name: $"{pair.Name} {Words(inner.Name)}", Value: inner.GetValue(pair.Value)))
                : [pair])
            .ToList();
        var width = pairs.Select(pair => pair.Name.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            text.Append(Terminal.Dim(name.PadRight(width))).Append(Gap)
                .Append(Terminal.Cut(Terminal.Printable(Cell(value)), columns - width - Gap.Length)).Append('\n');
        }

        return text.ToString();
    }

    private static string Rows(Type rowType, List<object> rows, int columns)
    {
        var properties = Readable(rowType)
            .Where(property => rows.Exists(row => property.GetValue(row) is not null and not JsonText { IsAbsent: true }))
            .ToList();
        string[][] cells =
        [
            [.. properties.Select(property => Words(property.Name))],
            .. rows.Select(row => properties.Select(property => Terminal.Printable(Cell(property.GetValue(row)))).ToArray()),
        ];
        var widths = Fit([.. properties.Select((_, column) => Math.Min(columns, cells.Max(row => row[column].Length)))], columns);
        var text = new StringBuilder();
        foreach (var (index, row) in cells.Index())
        {
            var line = string.Join(Gap, row.Select((cell, column) =>
            {
                var cut = Terminal.Cut(cell, widths[column]);
                return IsNumber(properties[column].PropertyType) ? cut.PadLeft(widths[column]) : cut.PadRight(widths[column]);
            })).TrimEnd();
            text.Append(index == 0 ? Terminal.Bold(line) : line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Takes from the widest column until all fit.</summary>
    private static int[] Fit(int[] widths, int columns)
    {
        var excess = widths.Sum() + (Gap.Length * (widths.Length - 1)) - columns;
        while (excess-- > 0 && widths.Max() > NarrowestColumn)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return widths;
    }

    private static IEnumerable<PropertyInfo> Readable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always });

    private static Type? RowType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && RecordMember.IsRecord(type.GenericTypeArguments[0])
            ? type.GenericTypeArguments[0]
            : null;

    private static bool IsNumber(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain && (plain == typeof(int) || plain == typeof(long));

    private static string Words(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name).Replace('-', ' ');
}
