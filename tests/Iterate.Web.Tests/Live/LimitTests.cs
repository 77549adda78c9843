using System.Net;
using System.Security.Claims;
using Iterate.Domain.Api;
using Iterate.Web.Auth;
using Iterate.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>How much one caller may follow (requirement S-101).</summary>
public sealed class LimitTests(SharedServer shared)
{
    [Fact]
    public async Task A_session_that_follows_51_times_is_told_when_to_come_back()
    {
        var person = await shared.Server.PersonAsync();
        using var client = shared.Server.Client(bearer: person.Secret);
        await client.AppendAsync(person.Slug, "/a");
        var request = new { project = person.Slug, path = "/a" };
        var follows = new List<EventStream>();
        for (var follow = 0; follow < 50; follow++)
        {
            follows.Add(await EventStream.PostAsync(client, "streams/follow", request));
        }

        using var refused = await client.PostAsync("streams/follow", request);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        await refused.ProblemAsync(ErrorCodes.TooManyFollowers);
        foreach (var follow in follows)
        {
            await follow.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_circuit_is_known_as_one_also_after_its_session_was_looked_up_again()
    {
        var person = await shared.Server.PersonAsync();
        var principal = new ClaimsPrincipal(CallerClaims.From(new() { UserId = person.User.UserId, SessionId = person.Session.SessionId }));
        await using var scope = shared.Server.Services.CreateAsyncScope();
        var callers = scope.ServiceProvider.GetRequiredService<CallerSource>();

        callers.SignInCircuit(principal, "one tab");
        var inCircuit = await callers.GetAsync(TestContext.Current.CancellationToken);
        callers.SignInAgain(principal);
        var inHub = await callers.GetAsync(TestContext.Current.CancellationToken);

        (inCircuit.CircuitId, inCircuit.Surface).ShouldBe(("one tab", CallSurface.Ui));
        (inHub.CircuitId, inHub.Surface, inHub.UserId).ShouldBe((null, CallSurface.Hub, person.User.UserId));
    }
}
