using System.Net;
using Iterate.Cli;
using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class ExitCodeTests
{
    private static readonly string[] Read = ["streams", "read", "--project", "demo", "--path", "/a"];

    [Fact]
    public async Task An_answer_is_0() =>
        (await CliRun.Of(new FakeServer().Answers("streams/read", new ReadResponse("str_1", [], 0, 0, AtEnd: true)), Read)).ExitCode.ShouldBe(0);

    [Fact]
    public async Task A_refusal_is_1_and_names_its_code()
    {
        var result = await CliRun.Of(new FakeServer().Refuses("streams/read", HttpStatusCode.Conflict, """{"code":"cursor-ahead","detail":"The head is 4.","headOffset":4}"""), Read);

        result.ShouldBe(new(ExitCode.Refused, "", "cursor-ahead: The head is 4.\n"));
    }

    [Fact]
    public async Task A_refusal_with_a_code_of_a_newer_server_is_1_too()
    {
        var result = await CliRun.Of(new FakeServer().Refuses("streams/read", HttpStatusCode.Conflict, """{"code":"made-tomorrow","detail":"Something new."}"""), Read);

        result.ShouldBe(new(ExitCode.Refused, "", "made-tomorrow: Something new.\n"));
    }

    [Fact]
    public async Task A_caller_nobody_knows_is_5() =>
        (await CliRun.Of(new FakeServer().Refuses("streams/read", HttpStatusCode.Unauthorized, """{"code":"unauthenticated","detail":"Sign in."}"""), Read))
            .ShouldBe(new(ExitCode.NotSignedIn, "", "unauthenticated: Sign in.\n"));

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.OK)]
    public async Task Something_that_is_not_iterate_is_4(HttpStatusCode status)
    {
        var result = await CliRun.Of(new FakeServer().On("streams/read", _ => FakeServer.Html(status)), Read);

        result.ExitCode.ShouldBe(ExitCode.Unreachable);
        result.Error.ShouldStartWith("unreachable: http://iterate.test");
    }

    [Fact]
    public async Task Nobody_listening_is_4()
    {
        var result = await CliRun.Of(new FakeServer().On("streams/read", _ => throw new HttpRequestException("Connection refused")), Read);

        result.ShouldBe(new(ExitCode.Unreachable, "", "unreachable: http://iterate.test/ cannot be reached: Connection refused\n"));
    }

    [Fact]
    public async Task No_answer_in_time_is_3()
    {
        var result = await CliRun.Of(new FakeServer().On("streams/read", _ => throw new TaskCanceledException("", new TimeoutException())), Read);

        result.ExitCode.ShouldBe(ExitCode.TimedOut);
        result.Error.ShouldStartWith("timed-out: http://iterate.test/ did not answer within 150 s.");
    }

    [Fact]
    public async Task No_known_server_is_2()
    {
        using var folder = new TemporaryFolder();
        var run = new CliRun(new FakeServer());
        run.Variables.Remove("ITERATE_URL");
        var result = await run.RunAsync([.. Read, "--data", folder.Path]);

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldStartWith("missing-prerequisite: No iterate has been started with the data directory");
    }

    [Fact]
    public async Task An_interrupted_call_is_130()
    {
        using var interrupt = new CancellationTokenSource();
        var server = new FakeServer().On("streams/read", _ =>
        {
            interrupt.Cancel();
            throw new OperationCanceledException(interrupt.Token);
        });

        (await new CliRun(server).RunAsync(new StringWriter(), Read, interrupt.Token)).ShouldBe(new(ExitCode.Interrupted, "", ""));
    }

    [Fact]
    public async Task Whoami_of_nobody_is_5() =>
        (await CliRun.Of(new FakeServer().Answers("auth/whoami", new WhoamiResponse()), "whoami"))
            .ShouldBe(new(ExitCode.NotSignedIn, "", "unauthenticated: Nobody is signed in.\n"));
}
