using System.IO.Compression;
using System.Text;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>An export is the log, a line an event (requirements S-121 and S-122).</summary>
public sealed class ExportTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Every_line_is_an_event_as_it_is_read()
    {
        await Append("/a/b", [.. Enumerable.Range(0, 999).Select(number => Event($"t/{number % 3}", new { number, text = "line\nbreak" }))]);
        await Append("/a/b", [.. Enumerable.Range(0, 600).Select(number => Event($"t/{number % 3}", key: $"{number}") with { Metadata = JsonText.From(new { number }) })]);

        var (head, text) = await ExportAsync(new("demo", "/a/b"));

        head.Name.ShouldBe("demo-a-b-1-1600.ndjson");
        head.Headers["X-Head-Offset"].ShouldBe("1600");
        text.ShouldBe(string.Concat((await ReadAll("/a/b")).Select(committed => JsonText.From(committed).Text + "\n")));
    }

    [Fact]
    public async Task A_range_and_a_filter_choose_lines()
    {
        await Append("/a", [.. Enumerable.Range(0, 20).Select(number => Event($"t/{number % 2}", new { number }))]);

        var (head, text) = await ExportAsync(new("demo", "/a", 5, 12, new() { Types = ["t/1"], Contains = "number" }));

        head.Name.ShouldBe("demo-a-6-11.ndjson");
        Offsets(text).ShouldBe([7, 9, 11]);
    }

    [Fact]
    public async Task What_comes_after_the_start_is_not_in_the_file()
    {
        await Append("/a", [.. Enumerable.Range(0, 999).Select(_ => Event())]);
        await Append("/a", [.. Enumerable.Range(0, 999).Select(_ => Event())]);
        var lines = 0;
        await foreach (var part in Streams.ExportAsync(new("demo", "/a"), InTime))
        {
            lines += part.Bytes.Span.Count((byte)'\n');
            await Append("/a", Event("late"));
        }

        lines.ShouldBe(1_999);
    }

    [Fact]
    public async Task A_broken_download_goes_on_after_its_last_line()
    {
        await Append("/a", [.. Enumerable.Range(0, 30).Select(_ => Event())]);
        var (_, whole) = await ExportAsync(new("demo", "/a"));

        var (_, rest) = await ExportAsync(new("demo", "/a", AfterOffset: 17));

        whole.ShouldEndWith(rest);
        Offsets(rest).ShouldBe(Enumerable.Range(18, 14).Select(offset => (long)offset));
        (await ExportAsync(new("demo", "/a", AfterOffset: 31))).Text.ShouldBeEmpty();
        await Refused(() => ExportAsync(new("demo", "/a", AfterOffset: 32)), ErrorCodes.CursorAhead);
    }

    [Fact]
    public async Task Compressed_it_is_the_same()
    {
        await Append("/~home/a", [.. Enumerable.Range(0, 999).Select(number => Event(payload: new { number }))]);

        var bytes = new MemoryStream();
        FileHead? head = null;
        await foreach (var part in Streams.ExportAsync(new("demo", "/~home/a", Gzip: true), InTime))
        {
            head ??= part.Head;
            await bytes.WriteAsync(part.Bytes, InTime);
        }

        head!.Name.ShouldBe("demo-~home-a-1-1000.ndjson.gz");
        bytes.Position = 0;
        using var reader = new StreamReader(new GZipStream(bytes, CompressionMode.Decompress), Encoding.UTF8);
        (await reader.ReadToEndAsync(InTime)).ShouldBe((await ExportAsync(new("demo", "/~home/a"))).Text);
    }

    private static IEnumerable<long> Offsets(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonSerializer.Deserialize<StreamEvent>(line, ApiJson.Options)!.Offset);

    private async Task<(FileHead Head, string Text)> ExportAsync(ExportRequest request)
    {
        FileHead? head = null;
        var text = new StringBuilder();
        await foreach (var part in Streams.ExportAsync(request, InTime))
        {
            head = head is null ? part.Head.ShouldNotBeNull() : part.Head is null ? head : throw new InvalidOperationException("A second head.");
            text.Append(Encoding.UTF8.GetString(part.Bytes.Span));
        }

        return (head!, text.ToString());
    }
}
