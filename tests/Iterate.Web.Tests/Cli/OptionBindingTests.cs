using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class OptionBindingTests
{
    private static readonly AppendResponse Appended = new("str_1", [], 1, 1);

    private readonly FakeServer _server = new FakeServer()
        .Answers("streams/read", new ReadResponse("str_1", [], 0, 0, AtEnd: true))
        .Answers("streams/append", Appended)
        .Answers("streams/create", new CreateStreamResponse("str_1", "/a", 0, Created: true))
        .Answers("projects/list", new ListProjectsResponse([]));

    [Fact]
    public async Task Options_become_the_members_of_the_request()
    {
        var body = await BodyAsync(
            "streams", "read", "--project", "demo", "--path", "/a", "--before-offset", "90", "--limit", "7",
            "--direction", "backward", "--stream-id", "str_1");

        body.ShouldBe("""{"project":"demo","path":"/a","afterOffset":0,"beforeOffset":90,"limit":7,"direction":"backward","streamId":"str_1"}""");
    }

    [Fact]
    public async Task A_filter_is_flattened_and_its_lists_are_repeated_options()
    {
        var body = await BodyAsync("streams", "read", "--project", "demo", "--path", "/a", "--types", "a", "--types", "b/*");

        body.ShouldContain(""""filter":{"types":["a","b/*"]}"""");
    }

    [Fact]
    public async Task A_single_event_is_described_by_its_own_options()
    {
        var body = await BodyAsync(
            "streams", "append", "--project", "demo", "--path", "/a", "--must-exist",
            "--type", "t", "--payload", """{ "n": 1.50 }""", "--metadata", "{}", "--idempotency-key", "k", "--offset", "4");

        body.ShouldBe("""{"project":"demo","path":"/a","events":[{"type":"t","payload":{ "n": 1.50 },"metadata":{},"idempotencyKey":"k","offset":4}],"mustExist":true}""");
    }

    [Fact]
    public async Task A_null_payload_is_not_an_absent_one()
    {
        (await BodyAsync("streams", "append", "--project", "demo", "--path", "/a", "--type", "t", "--payload", "null"))
            .ShouldContain("""{"type":"t","payload":null}""");
        (await BodyAsync("streams", "append", "--project", "demo", "--path", "/a", "--type", "t"))
            .ShouldContain("""{"type":"t"}""");
    }

    [Fact]
    public async Task Several_events_can_be_given_as_json() =>
        (await BodyAsync("streams", "append", "--project", "demo", "--path", "/a", "--events", """[{"type":"t"},{"type":"u"}]"""))
            .ShouldContain("""[{"type":"t"},{"type":"u"}]""");

    [Fact]
    public async Task Json_comes_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "payload.json");
        await File.WriteAllTextAsync(file, """{"from":"file"}""", TestContext.Current.CancellationToken);

        (await BodyAsync("streams", "append", "--project", "demo", "--path", "/a", "--type", "t", "--payload", "@" + file))
            .ShouldContain("""{"from":"file"}""");
    }

    [Fact]
    public async Task Json_comes_from_standard_input()
    {
        var result = await new CliRun(_server) { Input = """{"from":"input"}""" }
            .RunAsync("streams", "append", "--project", "demo", "--path", "/a", "--type", "t", "--payload", "-");

        result.ExitCode.ShouldBe(0);
        _server.Requests[^1].Body.ShouldContain("""{"from":"input"}""");
    }

    [Fact]
    public async Task The_token_travels_as_a_bearer()
    {
        await BodyAsync("projects", "list");

        _server.Requests[^1].Authorization.ShouldBe("Bearer itc_test");
    }

    [Theory]
    [InlineData("--payload is not JSON", "streams", "append", "--path", "/a", "--type", "t", "--payload", "{")]
    [InlineData("exactly one of --type, --events and --file", "streams", "append", "--path", "/a")]
    [InlineData("exactly one of --type, --events and --file", "streams", "append", "--path", "/a", "--type", "t", "--file", "x")]
    [InlineData("--payload describes a single event", "streams", "append", "--path", "/a", "--events", "[]", "--payload", "1")]
    [InlineData("--must-exist does not go with --file", "streams", "append", "--path", "/a", "--file", "x", "--must-exist")]
    [InlineData("Option '--path' is required", "streams", "read")]
    [InlineData("'sideways'", "streams", "read", "--path", "/a", "--direction", "sideways")]
    [InlineData("'many'", "streams", "read", "--path", "/a", "--limit", "many")]
    [InlineData("'bogus'", "bogus")]
    [InlineData("/no/such/file", "streams", "import", "--path", "/a", "/no/such/file")]
    public async Task Wrong_usage_is_said_before_anything_is_sent(string saying, params string[] args)
    {
        var run = new CliRun(_server);
        run.Variables["ITERATE_PROJECT"] = "demo";
        var result = await run.RunAsync(args);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("usage: ");
        result.Error.ShouldContain(saying);
        result.Output.ShouldBeEmpty();
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_number_too_large_for_its_member_is_wrong_usage()
    {
        var result = await CliRun.Of(_server, "streams", "read", "--project", "demo", "--path", "/a", "--limit", "3000000000");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("limit");
    }

    private async Task<string> BodyAsync(params string[] args)
    {
        var result = await CliRun.Of(_server, args);
        result.Error.ShouldBeEmpty();
        result.ExitCode.ShouldBe(0);
        return _server.Requests[^1].Body;
    }
}
