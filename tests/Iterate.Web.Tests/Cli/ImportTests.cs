using System.Net;
using System.Text.Json;
using Iterate.Cli.Commands;
using Iterate.Cli.Output;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class ImportTests
{
    private static readonly string[] Import = ["streams", "import", "--project", "demo", "--path", "/git/commits", "-"];

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly FakeServer _server;

    public ImportTests() => _server = new FakeServer().On("streams/append", Append);

    [Fact]
    public async Task An_import_ends_with_what_it_committed()
    {
        var result = await new CliRun(_server) { Input = Lines(1234), Columns = 80 }.RunAsync(Import);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe("1,234 events committed\n");
        _keys.Count.ShouldBe(1234);
    }

    [Fact]
    public async Task A_second_import_commits_nothing()
    {
        var run = new CliRun(_server) { Input = Lines(1234), Columns = 80 };
        await run.RunAsync(Import);

        (await run.RunAsync(Import)).Output.ShouldBe("0 events committed, 1,234 were already there\n");
    }

    [Fact]
    public async Task A_pipe_gets_the_figures_as_json_and_a_person_the_sentence()
    {
        var result = await new CliRun(_server) { Input = Lines(3) }.RunAsync(Import);

        result.Output.ShouldBe("""{"lines":3,"committed":3,"alreadyThere":0}""" + "\n");
        result.Error.ShouldBe("3 events committed\n");
    }

    [Fact]
    public async Task Append_takes_a_file_too()
    {
        var result = await new CliRun(_server) { Input = Lines(3), Columns = 80 }
            .RunAsync("streams", "append", "--project", "demo", "--path", "/a", "--file", "-");

        result.Output.ShouldBe("3 events committed\n");
    }

    [Fact]
    public async Task A_bad_line_is_named_and_earlier_lines_are_kept()
    {
        var result = await new CliRun(_server) { Input = Lines(600) + "{\"type\":\n" }.RunAsync(Import);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("invalid-event: Line 601: is not valid JSON");
        result.Error.ShouldEndWith("Every line before it is in the stream.\n");
        _keys.Count.ShouldBe(600);
    }

    [Fact]
    public async Task A_line_the_server_refuses_is_named_with_its_code()
    {
        _server.InTurn(
            "streams/append",
            _ => FakeServer.Problem(HttpStatusCode.Conflict, """{"code":"idempotency-conflict","detail":"Another body.","index":2}"""),
            Append);

        var result = await new CliRun(_server) { Input = Lines(10) }.RunAsync(Import);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe("idempotency-conflict: Line 3: Another body. Every line before it is in the stream.\n");
        _keys.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_server_leaves_word_how_far_it_got()
    {
        _server.InTurn("streams/append", Append, _ => throw new HttpRequestException("Connection refused"));

        var result = await new CliRun(_server) { Input = Lines(700) }.RunAsync(Import);

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldBe("stopped after line 500: 500 events committed\nunreachable: http://iterate.test/ cannot be reached: Connection refused\n");
    }

    [Fact]
    public async Task An_interrupted_import_says_how_far_it_got()
    {
        using var interrupt = new CancellationTokenSource();
        _server.InTurn("streams/append", Append, _ =>
        {
            interrupt.Cancel();
            throw new OperationCanceledException(interrupt.Token);
        });

        var result = await new CliRun(_server) { Input = Lines(700) }.RunAsync(new StringWriter(), Import, interrupt.Token);

        result.ShouldBe(new(130, "", "stopped after line 500: 500 events committed\n"));
    }

    [Theory]
    [InlineData(0, 0, "0 events committed")]
    [InlineData(1, 0, "1 event committed")]
    [InlineData(6424, 0, "6,424 events committed")]
    [InlineData(0, 6424, "0 events committed, 6,424 were already there")]
    [InlineData(2, 1, "2 events committed, 1 was already there")]
    public void The_summary_counts_both_kinds(long committed, long there, string sentence) =>
        ImportRun.Sentence(new(committed + there, committed, there, 0, 0, Finished: true)).ShouldBe(sentence);

    [Theory]
    [InlineData(5_100_000L, "3,500 events · 1,750/s · 2.7 of 5.1 MB")]
    [InlineData(null, "3,500 events · 1,750/s · 2.7 MB")]
    public void Progress_tells_events_speed_and_bytes(long? total, string description) =>
        ImportProgress.Description(new(3500, 3000, 500, 2_700_000, total, Finished: false), TimeSpan.FromSeconds(2)).ShouldBe(description);

    private HttpResponseMessage Append(FakeServer.Request request)
    {
        var append = JsonSerializer.Deserialize<AppendRequest>(request.Body, ApiJson.Options)!;
        var committed = append.Events.Count(input => _keys.Add(input.IdempotencyKey!));
        return FakeServer.Json(new AppendResponse("str_1", [], _keys.Count, committed));
    }

    private static string Lines(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(line => $"{{\"type\":\"t\",\"idempotencyKey\":\"k{line}\"}}\n"));
}
