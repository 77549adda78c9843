using System.Net;
using System.Text.Json;
using Iterate.Cli.Http;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class HttpApiTests : IDisposable
{
    private readonly FakeServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_call_is_a_post_of_the_request_and_answers_the_record()
    {
        var answer = new CreateStreamResponse("str_1", "/a", 1, Created: true);
        _server.Answers("streams/create", answer);

        (await Api<IStreamsApi>().CreateAsync(new("demo", "/a"), TestContext.Current.CancellationToken)).ShouldBe(answer);
        _server.Requests.ShouldHaveSingleItem().Method.ShouldBe("streams/create");
    }

    [Fact]
    public async Task A_refusal_is_the_exception_it_is_in_process()
    {
        _server.On("streams/append", _ =>
        {
            var response = FakeServer.Problem(
                HttpStatusCode.Conflict,
                """{"type":"about:blank","title":"Conflict","status":409,"code":"offset-conflict","detail":"Wrong offset.","traceId":"1","headOffset":7}""");
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(3));
            return response;
        });

        var refusal = await Should.ThrowAsync<ApiException>(
            () => Api<IStreamsApi>().AppendAsync(new("demo", "/a", []), TestContext.Current.CancellationToken));

        refusal.Code.ShouldBe(ErrorCodes.OffsetConflict);
        refusal.Message.ShouldBe("Wrong offset.");
        refusal.RetryAfterSeconds.ShouldBe(3);
        var (name, value) = refusal.Members.ShouldHaveSingleItem();
        name.ShouldBe("headOffset");
        ((JsonElement)value!).GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task A_member_that_a_newer_server_adds_is_skipped()
    {
        _server.Answers("auth/whoami", new { user = new { userId = "usr_1", name = "Ada", email = "ada@example.com", isSystemAdmin = false, shoeSize = 38 } });

        (await Api<IAuthApi>().WhoamiAsync(new(), TestContext.Current.CancellationToken)).User!.Name.ShouldBe("Ada");
    }

    [Fact]
    public async Task A_problem_without_a_code_is_not_from_iterate()
    {
        _server.Refuses("auth/whoami", HttpStatusCode.BadRequest, """{"title":"Bad Request"}""");

        await Should.ThrowAsync<ServerUnreachableException>(() => Api<IAuthApi>().WhoamiAsync(new(), TestContext.Current.CancellationToken));
    }

    private TContract Api<TContract>()
        where TContract : class => HttpApi.Create<TContract>(new HttpClient(_server) { BaseAddress = new(CliRun.Url) });
}
