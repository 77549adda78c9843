using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Live;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Outbox;

/// <summary>How the outbox says that something is wrong (requirements O-32 and O-38).</summary>
public sealed class HealthTests : OutboxApiTest
{
    [Fact]
    public async Task A_dead_letter_is_a_concern()
    {
        (await AskAsync<OutboxHealth>("health", new { })).Level.ShouldBe(HealthLevel.Green);

        await RunAsync("fail");

        var health = await AskAsync<OutboxHealth>("health", new { });
        (health.Level, health.FailedInLastHour).ShouldBe((HealthLevel.Yellow, 1));
        health.Concerns.ShouldHaveSingleItem().Kind.ShouldBe(OutboxConcernKind.FailedJobs);
    }

    [Fact]
    public async Task A_dead_letter_is_told_to_whoever_follows()
    {
        await using var following = await EventStream.PostAsync(Admin, "outbox/watch-failed", new { });
        (await NextAsync(following)).Failures.ShouldBeEmpty();

        await EmitAsync("fail", 3);

        var failure = (await NextAsync(following)).Failures.ShouldHaveSingleItem();
        (failure.Consumer, failure.Code).ShouldBe(("bad", null));
        using var refused = await Admin.PostAsync("outbox/watch-failed", new { after = "yesterday" });
        await refused.ProblemAsync(ErrorCodes.InvalidInput);
    }

    [Theory]
    [InlineData("outbox/health")]
    [InlineData("outbox/watch-failed")]
    public async Task It_is_for_those_who_run_the_installation(string method)
    {
        using var client = Server.Client(bearer: (await Server.PersonAsync()).Secret);

        using var response = await client.PostAsync(method, new { });

        await response.ProblemAsync(ErrorCodes.NotFound);
    }

    private static async Task<OutboxFailures> NextAsync(EventStream following)
    {
        var frame = await following.NextAsync();
        while (frame!.Data is null)
        {
            frame = await following.NextAsync();
        }

        return JsonSerializer.Deserialize<OutboxFailures>(frame.Data, ApiJson.Options)!;
    }
}
