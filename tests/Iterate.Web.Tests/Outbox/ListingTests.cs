using System.Net;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Cli;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Outbox;

/// <summary>What the outbox shows (requirements O-41, O-45, O-49 and O-54).</summary>
public sealed class ListingTests : OutboxApiTest
{
    [Fact]
    public async Task An_event_shows_its_jobs_and_how_they_went()
    {
        var poked = await RunAsync("succeed");
        poked.Name.ShouldBe("testing/poked");
        poked.Payload.Text.ShouldBe("""{"message": "hi 1"}""");
        poked.Method.ShouldBe("testing.emit");
        poked.Aggregate.ShouldBe(OutboxStatus.Success);
        poked.Jobs.Select(job => job.Consumer).ShouldBe(["log-poke", "log-greeting"], ignoreOrder: true);
        poked.Jobs.ShouldAllBe(job => job.Status == OutboxStatus.Success && job.Results.Count == 1 && job.FinishedAt != null && !job.IsRunning);

        var flaky = (await RunAsync("flaky")).Jobs.ShouldHaveSingleItem();
        (flaky.ReadCount, flaky.MaxAttempts).ShouldBe((3, 6));
        flaky.Results.Select(result => result.Outcome).ShouldBe([OutboxOutcome.Error, OutboxOutcome.Error, OutboxOutcome.Success]);

        var bad = await RunAsync("fail");
        bad.Aggregate.ShouldBe(OutboxStatus.Failed);
        bad.Jobs.ShouldHaveSingleItem().Results.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Poison_fails_with_its_code_and_the_lanes_go_on()
    {
        var malformed = await Admin.CallAsync<InsertedTestJob>("testing/insert-malformed-job", new { });
        var missing = await Admin.CallAsync<InsertedTestJob>("testing/insert-missing-consumer-job", new { });
        (await RunAsync("succeed")).Aggregate.ShouldBe(OutboxStatus.Success);

        var job = (await EventAsync(malformed.EventId)).Jobs.ShouldHaveSingleItem();
        job.JobId.ShouldBe(malformed.JobId);
        job.Status.ShouldBe(OutboxStatus.Failed);
        job.Results[^1].Code.ShouldBe("bad-payload");
        (await EventAsync(missing.EventId)).Jobs.ShouldHaveSingleItem().Status.ShouldBe(OutboxStatus.Pending);
    }

    [Fact]
    public async Task Pages_follow_each_other_in_either_direction()
    {
        var emitted = await EmitAsync("succeed", 7);
        await IdleAsync();
        var first = await ListAsync(new { limit = 3, eventName = "testing/poked" });
        var second = await ListAsync(new { limit = 3, eventName = "testing/poked", cursor = first.NextCursor });
        var third = await ListAsync(new { limit = 3, eventName = "testing/poked", cursor = second.NextCursor });

        first.Total.ShouldBe(7);
        third.NextCursor.ShouldBeNull();
        new[] { first, second, third }.SelectMany(page => page.Events).Select(found => found.EventId).ShouldBe(emitted.Reverse());
        (await ListAsync(new { limit = 7, sortDirection = "asc", eventName = "testing/poked" })).Events.Select(found => found.EventId).ShouldBe(emitted);
        (await ListAsync(new { limit = 2, offset = 5, eventName = "testing/poked" })).Events.Select(found => found.EventId).ShouldBe(emitted.Take(2).Reverse());
    }

    [Fact]
    public async Task Every_filter_filters()
    {
        await RunAsync("succeed");
        await RunAsync("flaky");
        await RunAsync("fail");

        (await NamesAsync(new { eventName = "testing/wobbled" })).ShouldBe(["testing/wobbled"]);
        (await NamesAsync(new { consumerName = "log-greeting" })).ShouldBe(["testing/poked"]);
        (await NamesAsync(new { consumerStatus = "failed" })).ShouldBe(["testing/spoiled"]);
        (await NamesAsync(new { consumerStatus = "success", eventName = "testing/poked", statusMode = "all" })).ShouldBe(["testing/poked"]);
        (await NamesAsync(new { consumerStatus = "failed", consumerName = "unstable" })).ShouldBeEmpty();
        (await NamesAsync(new { readCountMin = 3, readCountMax = 5 })).ShouldBe(["testing/wobbled"]);
        (await NamesAsync(new { readCountMin = 6 })).ShouldBe(["testing/spoiled"]);
        (await NamesAsync(new { payloadContains = new { message = "hi 1" } })).ShouldBe(["testing/poked"]);
        (await NamesAsync(new { ageMinMs = 3_600_000 })).ShouldBeEmpty();
        (await NamesAsync(new { ageMaxMs = 3_600_000, consumerName = "bad" })).ShouldBe(["testing/spoiled"]);
        (await NamesAsync(new { resolutionMinMs = 3_600_000 })).ShouldBeEmpty();
        (await NamesAsync(new { resolutionMaxMs = 3_600_000, consumerName = "unstable" })).ShouldBe(["testing/wobbled"]);
        (await NamesAsync(new { project = "demo" })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("limit", """{"limit":0}""")]
    [InlineData("limit", """{"limit":201}""")]
    [InlineData("offset", """{"offset":-1}""")]
    [InlineData("offset", """{"offset":1,"cursor":"5"}""")]
    [InlineData("cursor", """{"cursor":"five"}""")]
    [InlineData("ageMinMs", """{"ageMinMs":-1}""")]
    [InlineData("ageMinMs", """{"ageMinMs":2,"ageMaxMs":1}""")]
    [InlineData("readCountMax", """{"readCountMax":-1}""")]
    [InlineData("resolutionMinMs", """{"resolutionMinMs":-5}""")]
    [InlineData("statusMode", """{"statusMode":"all"}""")]
    [InlineData("eventName", """{"eventName":"a\u0000b"}""")]
    [InlineData("payloadContains/a", """{"payloadContains":{"a":"\u0000"}}""")]
    public async Task What_a_filter_cannot_mean_is_refused_by_its_name(string field, string request)
    {
        using var response = await Admin.PostJsonAsync("outbox/list-events", request);

        var problem = await response.ProblemAsync(ErrorCodes.InvalidInput);
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe([field]);
    }

    [Theory]
    [InlineData("get-event", """{"eventId":"obe_01jd0000000000000000000000"}""")]
    [InlineData("get-chain", """{"eventId":"obj_01jd0000000000000000000000"}""")]
    [InlineData("retry", """{"jobId":"obj_01jd0000000000000000000000"}""")]
    [InlineData("archive", """{"jobId":"nothing"}""")]
    [InlineData("pause-lane", """{"consumer":"nobody"}""")]
    [InlineData("list-events", """{"project":"no-such-project"}""")]
    public async Task What_is_not_there_is_not_found(string method, string request)
    {
        using var response = await Admin.PostJsonAsync($"outbox/{method}", request);

        await response.ProblemAsync(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Only_an_admin_of_the_installation_sees_it()
    {
        var person = await Server.PersonAsync();
        using var client = Server.Client(bearer: person.Secret);

        using var response = await client.PostAsync("outbox/list-events", new { });

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_command_line_shows_a_line_for_each_event()
    {
        await RunAsync("flaky");
        await RunAsync("fail");
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        var run = new CliRun(handler) { Columns = 100, Variables = { ["ITERATE_URL"] = Server.Url.AbsoluteUri, ["ITERATE_TOKEN"] = (await Server.OwnerSessionAsync()).Secret } };

        var result = await run.RunAsync(
            "outbox", "list-events", "--limit", "50", "--sort-direction", "asc", "--status-mode", "some", "--read-count-min", "3", "--payload-contains", """{"number":1}""");

        result.ExitCode.ShouldBe(0, result.Error);
        var lines = result.Output.Replace("\e[2m", "", StringComparison.Ordinal).Replace("\e[22m", "", StringComparison.Ordinal).Replace("\e[1m", "", StringComparison.Ordinal).Split('\n');
        lines[0].ShouldMatch(@"^● #\d+ +testing/wobbled  unstable success 3/6 +\d+ s$");
        lines[1].ShouldMatch(@"^✕ #\d+ +testing/spoiled  bad failed 6/6 +\d+ s$");
        lines[2].ShouldBe("total 2");
    }

    private async Task<IEnumerable<string>> NamesAsync(object filter) =>
        (await ListAsync(filter)).Events.Select(found => found.Name).Where(name => name.StartsWith("testing/", StringComparison.Ordinal));
}
