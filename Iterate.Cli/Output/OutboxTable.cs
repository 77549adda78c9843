using System.Globalization;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Output;

/// <summary>A page of outbox events: a line each, with its state, number, name, consumers and age (requirement O-52).</summary>
internal static class OutboxTable
{
    private const string Gap = "  ";
    private const int NarrowestConsumers = 10;

    /// <summary>The lines, none longer than <paramref name="columns"/> characters.</summary>
    public static string Of(ListOutboxEventsResponse page, int columns, DateTimeOffset now)
    {
        var rows = page.Events.Select(found => (
            Glyph: Glyph(found.Aggregate),
            Seq: string.Create(CultureInfo.InvariantCulture, $"#{found.Seq}"),
            Name: Terminal.Printable(found.Name),
            Consumers: Terminal.Printable(string.Join(", ", found.Jobs.Select(Consumer))),
            Age: Age(now - found.CreatedAt))).ToArray();
        var (seq, name, age) = (Width(rows.Select(row => row.Seq)), Width(rows.Select(row => row.Name)), Width(rows.Select(row => row.Age)));
        var room = Math.Max(NarrowestConsumers, columns - (2 + seq + name + age + (3 * Gap.Length)));
        var consumers = Math.Min(room, Width(rows.Select(row => row.Consumers)));
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(row.Glyph).Append(' ').Append(row.Seq.PadRight(seq)).Append(Gap).Append(row.Name.PadRight(name)).Append(Gap)
                .Append(Terminal.Cut(row.Consumers, consumers).PadRight(consumers)).Append(Gap).Append(row.Age.PadLeft(age)).Append('\n');
        }

        var footer = string.Create(CultureInfo.InvariantCulture, $"total {page.Total}") + (page.NextCursor is { } cursor ? $" · next cursor {cursor}" : "");
        return text.Append(Terminal.Dim(footer)).Append('\n').ToString();
    }

    private static string Glyph(OutboxStatus status) => status switch
    {
        OutboxStatus.Success => "●",
        OutboxStatus.Failed => "✕",
        OutboxStatus.Retrying => "◐",
        _ => "○",
    };

    private static string Consumer(OutboxJobView job) => string.Create(
        CultureInfo.InvariantCulture, $"{job.Consumer} {(job.IsRunning ? "running" : JsonNamingPolicy.KebabCaseLower.ConvertName(job.Status.ToString()))} {job.ReadCount}/{job.MaxAttempts}");

    private static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)age.TotalSeconds)} s"),
    };

    private static int Width(IEnumerable<string> cells) => cells.Select(cell => cell.Length).DefaultIfEmpty().Max();
}
