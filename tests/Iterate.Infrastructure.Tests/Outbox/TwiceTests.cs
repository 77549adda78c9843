using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Streams;
using Iterate.Infrastructure.Testing;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>
/// Every consumer of the product is run twice, as after a crash between its effect and its finish, and leaves the
/// database as one run does (requirement O-14). A consumer without a case fails the first test.
/// </summary>
public sealed class TwiceTests : OutboxTest
{
    /// <summary>A case of a consumer.</summary>
    /// <param name="Prepare">Makes a job for it, by the way the product does where there is one.</param>
    /// <param name="Writes">Its run changes the database.</param>
    /// <param name="Ends">How its run ends.</param>
    /// <param name="Waits">It waits for time to pass.</param>
    private sealed record Case(Func<ProductNode, Task> Prepare, bool Writes, string Ends = "success", bool Waits = false);

    private static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        ["announce-stream"] = new(node => AppendAsync(node, "/a/b/c"), Writes: true),
        ["remove-events"] = new(DeleteStreamAsync, Writes: true),
        ["cancel-abandoned-import"] = new(AbandonImportAsync, Writes: true),
        ["record-fact"] = new(RecordFactAsync, Writes: true),
        ["remove-project-streams"] = new(EraseProjectAsync, Writes: true),
        ["prune-outbox"] = new(AgeOutboxAsync, Writes: true, Waits: true),
        ["log-poke"] = new(node => node.EnqueueAsync(new TestPoked("hi")), Writes: false),
        ["log-greeting"] = new(node => node.EnqueueAsync(new TestPoked("hi")), Writes: false),
        ["unstable"] = new(WobbleAsync, Writes: false),
        ["bad"] = new(node => LiftAsync(node, TestFault.OutboxBad, new TestSpoiled(1)), Writes: false),
        ["slow"] = new(node => LiftAsync(node, TestFault.OutboxSlow, new TestStalled(1)), Writes: false),
        ["crash"] = new(node => node.EnqueueAsync(new TestPoisoned(1)), Writes: false, Ends: "pending"),
    };

    public static TheoryData<string> Consumers => [.. Cases.Keys];

    [Fact]
    public async Task Every_consumer_of_the_product_has_a_case()
    {
        await using var node = new ProductNode(Database);

        node.Consumers.Select(consumer => consumer.Name).ShouldBe(Cases.Keys, ignoreOrder: true);
        node.Consumers.Select(consumer => consumer.GetType()).ShouldBe(
            typeof(OutboxConsumer).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(OutboxConsumer))), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task Run_twice_a_handler_leaves_what_it_leaves_run_once(string consumer)
    {
        await using var node = new ProductNode(Database);
        await Cases[consumer].Prepare(node);
        var before = await node.StateAsync();

        var first = (await node.RunAsync(consumer, Cases[consumer].Waits)).ShouldHaveSingleItem();
        var once = await node.StateAsync();
        node.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await node.RunAsync(consumer, Cases[consumer].Waits);
        var twice = await node.StateAsync();

        first!.Status.ShouldBe(Cases[consumer].Ends, first.Result?.Text);

        // What a handler commits with its success is not run again.
        again.Select(end => end!.Status).ShouldBe(first.IsWritten ? [] : [first.Status]);
        once.SequenceEqual(before).ShouldBe(!Cases[consumer].Writes);
        twice.ShouldBe(once);
    }

    private static async Task AppendAsync(ProductNode node, string path) =>
        await node.Streams.AppendAsync(new("demo", path, [new() { Type = "test/happened" }, new() { Type = "test/went-on" }]), InTime);

    private static async Task DeleteStreamAsync(ProductNode node)
    {
        await AppendAsync(node, "/gone");
        await AppendAsync(node, "/kept");
        await node.Streams.DeleteAsync(new("demo", "/gone", "/gone"), InTime);
    }

    private static async Task AbandonImportAsync(ProductNode node)
    {
        await node.Streams.ImportStartAsync(new("demo", "/imported", ImportMode.Restore), InTime);
        node.Time.Advance(TimeSpan.FromHours(25));
    }

    private static async Task RecordFactAsync(ProductNode node)
    {
        await using var context = await node.Get<IDbContextFactory<IterateDbContext>>().CreateDbContextAsync(InTime);
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        await node.Get<IOutbox>().RecordFactAsync(
            context, new(ProductNode.Project, "/machines", "machine/created") { Payload = JsonText.Parse("""{"cores":2.50}""") }, InTime);
        await transaction.CommitAsync(InTime);
    }

    private static async Task EraseProjectAsync(ProductNode node)
    {
        await AppendAsync(node, "/");
        await AppendAsync(node, "/a");
        await AppendAsync(node, "/a/b");
        await node.EnqueueAsync(new ProjectErased(ProductNode.Project));
    }

    private static async Task AgeOutboxAsync(ProductNode node)
    {
        await node.EnqueueAsync(new TestPoked("hi"));
        await node.ExecuteAsync("update outbox_event set created_at = now() - interval '8 days'");
        await node.ExecuteAsync(
            "update outbox_job set status = 'success', archived_at = now() - interval '8 days', finished_at = now() - interval '8 days'");
        await node.EnqueueAsync(new TestPoked("hi again"));
        await node.EnqueueAsync(new RetentionCameDue(node.Time.GetUtcNow()));
    }

    private static async Task WobbleAsync(ProductNode node)
    {
        await node.EnqueueAsync(new TestWobbled(1));
        await node.ExecuteAsync("update outbox_job set read_count = 2");
    }

    private static async Task LiftAsync<TPayload>(ProductNode node, TestFault fault, TPayload payload)
        where TPayload : class, IOutboxPayload
    {
        node.Get<TestFaults>().Set(fault, on: false);
        await node.EnqueueAsync(payload);
    }
}
