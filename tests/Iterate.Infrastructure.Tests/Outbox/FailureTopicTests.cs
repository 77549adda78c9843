using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>The topic <c>outbox:failed</c> (requirement O-38).</summary>
public sealed class FailureTopicTests : OutboxTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_failed_job_is_told_with_its_consumer_and_code()
    {
        await using var node = await OutboxHost.StartAsync(Database, On(_time), Failing("bad"));
        await using var pushes = Follow(node);
        (await NextAsync(pushes)).ShouldBeEmpty();

        await node.EnqueueAsync(new Poked("bad with", "broken"), new Poked("bad without"));

        var told = new List<OutboxFailure>();
        while (told.Count < 2)
        {
            told.AddRange(await NextAsync(pushes));
        }

        told.Select(failure => (failure.Consumer, failure.Code)).ShouldBe([("bad", "broken"), ("bad", null)], ignoreOrder: true);
        (await node.CountAsync($"outbox_job where job_id = '{told.Single(failure => failure.Code is null).JobId}' and status = 'failed'")).ShouldBe(1);
    }

    [Fact]
    public async Task Many_failures_are_told_at_once_and_then_once_a_minute()
    {
        await using var node = OutboxHost.Create(Database, On(_time));
        var reporter = node.Get<FailureReporter>();
        await reporter.StartAsync(InTime);
        await using var pushes = Follow(node);
        await NextAsync(pushes);
        reporter.Failed("bad", "broken", "obj_1");
        var first = (await NextAsync(pushes)).ShouldHaveSingleItem();

        for (var number = 2; number <= 100; number++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            reporter.Failed("bad", "broken", $"obj_{number}");
        }

        var second = NextAsync(pushes);
        while (!second.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await node.CountAsync("outbox_failure");
        }

        var failure = (await second).ShouldHaveSingleItem();
        failure.JobId.ShouldBe("obj_100");
        (failure.RaisedAt - first.RaisedAt).ShouldBeGreaterThanOrEqualTo(Minute);
    }

    [Fact]
    public async Task Another_code_has_a_minute_of_its_own()
    {
        await using var node = await OutboxHost.StartAsync(Database, On(_time));
        await using var pushes = Follow(node);
        await NextAsync(pushes);

        node.Get<FailureReporter>().Failed("bad", "broken", "obj_1");
        (await NextAsync(pushes)).ShouldHaveSingleItem();
        node.Get<FailureReporter>().Failed("bad", "torn", "obj_2");
        (await NextAsync(pushes)).ShouldHaveSingleItem().Code.ShouldBe("torn");
        node.Get<FailureReporter>().Failed("worse", "torn", "obj_3");
        (await NextAsync(pushes)).ShouldHaveSingleItem().Consumer.ShouldBe("worse");
    }

    [Fact]
    public async Task Who_follows_on_another_node_hears_it_by_the_hint()
    {
        // A clock that stands still never polls, so only the hint can have told it.
        await using var node = await OutboxHost.StartAsync(Database, On(_time));
        await using var other = await OutboxHost.StartAsync(Database, On(new ManualTime(_time.GetUtcNow())));
        await other.Get<HintListener>().Listening.WaitAsync(InTime);
        await using var pushes = Follow(other);
        await NextAsync(pushes);

        node.Get<FailureReporter>().Failed("bad", "broken", "obj_1");

        (await NextAsync(pushes)).ShouldHaveSingleItem().JobId.ShouldBe("obj_1");
    }

    [Fact]
    public async Task Without_hints_it_is_heard_within_ten_seconds()
    {
        await using var node = await OutboxHost.StartAsync(Database, services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.Configure<OutboxOptions>(options => options.Hints = false);
        });
        await using var other = await OutboxHost.StartAsync(Database, On(_time));
        await using var pushes = Follow(other);
        await NextAsync(pushes);
        var next = NextAsync(pushes);
        node.Get<FailureReporter>().Failed("bad", "broken", "obj_1");
        while (await node.CountAsync("outbox_failure") == 0)
        {
        }

        _time.Advance(TimeSpan.FromSeconds(10));

        (await next).ShouldHaveSingleItem().JobId.ShouldBe("obj_1");
    }

    [Fact]
    public async Task Failures_of_two_nodes_within_a_minute_are_told_once()
    {
        await using var node = OutboxHost.Create(Database, On(_time));
        await using var other = OutboxHost.Create(Database, On(_time));
        var now = _time.GetUtcNow();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(number => (number % 2 == 0 ? node : other).Get<FailureTable>().RaiseAsync("bad", "broken", $"obj_{number}", now, InTime)));

        answers.Count(told => told is null).ShouldBe(1);
        (await node.Get<FailureTable>().RaiseAsync("bad", "broken", "obj_x", now + Minute - TimeSpan.FromMilliseconds(1), InTime)).ShouldNotBeNull();
        (await other.Get<FailureTable>().RaiseAsync("bad", "broken", "obj_y", now + Minute, InTime)).ShouldBeNull();
    }

    [Fact]
    public async Task What_people_and_the_upkeep_give_up_is_told_too()
    {
        await using var old = OutboxHost.Create(Database, Recording("log", []), Recording("gone", []));
        await old.EnqueueAsync(new Poked("log"), new Poked("gone"));
        await using var node = OutboxHost.Create(Database, On(_time), Recording("log", []));
        await node.Get<FailureReporter>().StartAsync(InTime);
        await using var pushes = Follow(node);
        await NextAsync(pushes);

        var job = (await node.ClaimAsync(later: TimeSpan.FromSeconds(1))).ShouldHaveSingleItem();
        await node.Get<JobActions>().ArchiveAsync(job.JobId, "usr_1", InTime);
        var archived = (await NextAsync(pushes)).ShouldHaveSingleItem();
        (archived.JobId, archived.Code).ShouldBe((job.JobId, "archived-by-operator"));

        _time.Advance(TimeSpan.FromMinutes(11));
        await node.Get<UpkeepLeader>().TurnAsync(InTime);
        var missing = (await NextAsync(pushes)).ShouldHaveSingleItem();
        (missing.Consumer, missing.Code).ShouldBe(("gone", "missing-consumer"));
    }

    [Fact]
    public async Task Who_resumes_hears_what_was_told_meanwhile()
    {
        await using var node = OutboxHost.Create(Database, On(_time));
        var before = _time.GetUtcNow();
        await node.Get<FailureTable>().RaiseAsync("bad", "old", "obj_1", before.AddSeconds(-1), InTime);
        await node.Get<FailureTable>().RaiseAsync("bad", "new", "obj_2", before.AddSeconds(1), InTime);

        await using var resumed = node.Get<FailureWatch>().FollowAsync(before, InTime).GetAsyncEnumerator(InTime);
        await using var fresh = Follow(node);

        (await NextAsync(resumed)).ShouldHaveSingleItem().Code.ShouldBe("new");
        (await NextAsync(fresh)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_committed_long_after_it_was_stamped_is_told_too()
    {
        await using var node = await OutboxHost.StartAsync(Database, On(_time));
        await using var pushes = Follow(node);
        await NextAsync(pushes);

        await node.Get<FailureTable>().RaiseAsync("bad", "broken", "obj_1", _time.GetUtcNow() - TimeSpan.FromMinutes(10), InTime);
        node.Get<FailureTopic>().Raise();

        (await NextAsync(pushes)).ShouldHaveSingleItem().JobId.ShouldBe("obj_1");
    }

    private static PokedConsumer Failing(string name) => new(
        name, (_, payload, _) => throw (payload.Key is { } code ? new NonRetryableException(code, "It is broken.") : new InvalidOperationException("It failed.")))
    {
        Policy = RetryPolicy.Fixed(1, TimeSpan.Zero),
    };

    private static IAsyncEnumerator<OutboxFailures> Follow(OutboxHost node)
    {
        var inTime = InTime;
        return node.Get<FailureWatch>().FollowAsync(after: null, inTime).GetAsyncEnumerator(inTime);
    }

    private static async Task<IReadOnlyList<OutboxFailure>> NextAsync(IAsyncEnumerator<OutboxFailures> pushes)
    {
        (await pushes.MoveNextAsync()).ShouldBeTrue();
        return pushes.Current.Failures;
    }
}
