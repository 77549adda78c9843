using System.Text.RegularExpressions;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed partial class OutputTests
{
    private static readonly string[] Read = ["streams", "read", "--project", "demo", "--path", "/a"];

    private static readonly StreamEvent[] Events = [Event(1, """{"text":"hello"}"""), Event(12, $$"""{"text":"{{new string('x', 500)}}"}""")];

    private readonly FakeServer _server = new FakeServer()
        .Answers("streams/read", new ReadResponse("str_1", Events, 12, 12, AtEnd: true))
        .Answers("streams/count", new CountResponse(0, [], 0, 0, 0, Complete: true))
        .Answers("auth/whoami", new WhoamiResponse(new("usr_1", "Ada", "ada@example.com", IsSystemAdmin: true)))
        .On("streams/follow", _ => FakeServer.EventStream(
            $"event: batch\nid: 12\ndata: {JsonText.From(new StreamBatch("str_1", Events, 12, 12))}\n\nevent: end\ndata: {{}}\n\n"));

    [Fact]
    public async Task A_pipe_gets_json_on_one_line()
    {
        var result = await CliRun.Of(_server, Read);

        result.Output.ShouldBe(JsonText.From(new ReadResponse("str_1", Events, 12, 12, AtEnd: true)).Text + "\n");
    }

    [Fact]
    public async Task A_terminal_gets_a_table_that_fits()
    {
        var lines = Plain(await new CliRun(_server) { Columns = 80 }.RunAsync(Read)).Split('\n');

        lines[0].ShouldMatch("^offset  type +payload +created at$");
        lines[1].ShouldMatch("^     1  greeting/said  {\"text\":\"hello\"}");
        lines[2].ShouldMatch("^    12  greeting/said  {\"text\":\"x+…");
        lines[3].ShouldBe("stream id str_1 · head offset 12 · scanned through offset 12 · at end yes");
        lines.ShouldAllBe(line => line.Length <= 80);
    }

    [Fact]
    public async Task A_terminal_gets_json_when_asked() =>
        (await new CliRun(_server) { Columns = 80 }.RunAsync([.. Read, "--json"])).Output.ShouldStartWith("{\"streamId\":");

    [Fact]
    public async Task An_empty_list_says_so() =>
        Plain(await new CliRun(_server) { Columns = 80 }.RunAsync("streams", "count", "--project", "demo", "--path", "/a"))
            .ShouldStartWith("no by type\ntotal 0 · ");

    [Fact]
    public async Task A_record_is_names_and_values() =>
        Plain(await new CliRun(_server) { Columns = 80 }.RunAsync("whoami"))
            .ShouldBe("user id          usr_1\nname             Ada\nemail            ada@example.com\nis system admin  yes\n");

    [Fact]
    public async Task Followed_events_are_one_json_each()
    {
        var result = await CliRun.Of(_server, "streams", "follow", "--project", "demo", "--path", "/a");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe(string.Concat(Events.Select(streamEvent => JsonText.From(streamEvent).Text + "\n")));
    }

    [Fact]
    public async Task Followed_events_are_one_line_each_on_a_terminal()
    {
        var lines = Plain(await new CliRun(_server) { Columns = 60 }.RunAsync("streams", "follow", "--project", "demo", "--path", "/a")).Split('\n');

        lines[0].ShouldMatch("^ {7}1  ..:..:..  greeting/said  {\"text\":\"hello\"}$");
        lines[1].ShouldMatch("^ {6}12  ..:..:..  greeting/said  {\"text\":\"x+…$");
        lines.ShouldAllBe(line => line.Length <= 60);
    }

    [Fact]
    public async Task Ctrl_c_is_how_one_stops_to_follow()
    {
        using var interrupt = new CancellationTokenSource();
        var output = new InterruptingWriter(interrupt);
        _server.On("streams/follow", _ => FakeServer.EventStream(new ScriptedStream(
            [System.Text.Encoding.UTF8.GetBytes($"event: batch\nid: 12\ndata: {JsonText.From(new StreamBatch("str_1", Events, 12, 12))}\n\n")], ScriptedEnd.Silent)));

        var result = await new CliRun(_server).RunAsync(output, ["streams", "follow", "--project", "demo", "--path", "/a"], interrupt.Token);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_others_wrote_cannot_steer_the_terminal()
    {
        _server.Answers("streams/read", new ReadResponse("str_1", [Event(1, "1") with { Type = "a\u001b[2Jb" }], 1, 1, AtEnd: true));

        Plain(await new CliRun(_server) { Columns = 80 }.RunAsync(Read)).ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Help_is_short_and_names_the_groups()
    {
        var help = (await CliRun.Of(_server, "--help")).Output;

        help.ShouldContain("streams");
        help.ShouldContain("Exit codes");
        help.ShouldNotContain("testing");
        help.Split('\n').Length.ShouldBeLessThan(35);
    }

    [Fact]
    public async Task A_command_alone_is_help_and_wrong_usage()
    {
        var result = await CliRun.Of(_server, "streams");

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldContain("Usage  iterate streams <command>");
    }

    private static StreamEvent Event(long offset, string payload) => new()
    {
        Offset = offset,
        Type = "greeting/said",
        Payload = JsonText.FromTrusted(payload),
        CreatedAt = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero),
    };

    private static string Plain(CliResult result) => Styles().Replace(result.Output, "");

    [GeneratedRegex("\u001b\\[(1|2|22)m", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Styles();

    private sealed class InterruptingWriter(CancellationTokenSource interrupt) : StringWriter
    {
        public override Task FlushAsync()
        {
            if (!interrupt.IsCancellationRequested)
            {
                interrupt.Cancel();
            }

            return base.FlushAsync();
        }
    }
}
