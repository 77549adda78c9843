using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>What people of a project see and do, and chains (requirements O-1, O-49 and O-51).</summary>
public sealed class TargetTests : OutboxTest
{
    private const string Machine = "mch_1";

    private static readonly Action<IServiceCollection> WithMachines = services => services.AddOutboxConsumer<MachineConsumer>();

    [Fact]
    public async Task People_of_a_project_see_the_work_about_their_things_alone()
    {
        await using var node = OutboxHost.Create(Database, WithMachines);
        await EnqueueAsync(node, Machine, "prj_ours");
        await EnqueueAsync(node, "mch_2", "prj_ours");
        await EnqueueAsync(node, Machine, "prj_theirs");
        CallIn("prj_ours");
        var service = node.Get<OutboxService>();

        var events = (await service.ListForTargetAsync(new("ours", OutboxTargetKind.Machine, Machine), InTime)).Events;

        var found = events.ShouldHaveSingleItem();
        found.ProjectId.ShouldBe("prj_ours");
        found.Actor.ShouldBe("usr_1");
        found.Method.ShouldBe("machines.create");
        (await service.ListForTargetAsync(new("ours", OutboxTargetKind.Task, Machine), InTime)).Events.ShouldBeEmpty();
        await ShouldRefuseAsync(ErrorCodes.InvalidInput, () => service.ListForTargetAsync(new("ours", OutboxTargetKind.Machine, Machine, 0), InTime));
        await ShouldRefuseAsync(ErrorCodes.InvalidInput, () => service.ListForTargetAsync(new("ours", OutboxTargetKind.Machine, ""), InTime));
    }

    [Fact]
    public async Task They_try_anew_what_is_about_their_things_alone()
    {
        await using var node = OutboxHost.Create(Database, WithMachines);
        await EnqueueAsync(node, Machine, "prj_ours");
        await node.ExecuteAsync("update outbox_job set status = 'failed', archived_at = now(), finished_at = now()");
        CallIn("prj_ours");
        var service = node.Get<OutboxService>();
        var job = (await service.ListForTargetAsync(new("ours", OutboxTargetKind.Machine, Machine), InTime)).Events[0].Jobs.ShouldHaveSingleItem();

        await ShouldRefuseAsync(ErrorCodes.NotFound, () => service.RetryForTargetAsync(new("ours", OutboxTargetKind.Machine, "mch_2", job.JobId), InTime));
        await ShouldRefuseAsync(ErrorCodes.NotFound, () => service.RetryForTargetAsync(new("ours", OutboxTargetKind.Machine, Machine, TypeId.New("obj", TimeProvider.System)), InTime));
        CallIn("prj_theirs");
        await ShouldRefuseAsync(ErrorCodes.NotFound, () => service.RetryForTargetAsync(new("theirs", OutboxTargetKind.Machine, Machine, job.JobId), InTime));
        CallIn("prj_ours");
        (await service.RetryForTargetAsync(new("ours", OutboxTargetKind.Machine, Machine, job.JobId), InTime)).Status.ShouldBe(OutboxStatus.Pending);
        await ShouldRefuseAsync(ErrorCodes.JobStateConflict, () => service.RetryForTargetAsync(new("ours", OutboxTargetKind.Machine, Machine, job.JobId), InTime));
    }

    [Fact]
    public async Task A_chain_shows_causes_before_effects()
    {
        OutboxHost? running = null;
        await using var node = await OutboxHost.StartAsync(
            Database, new PokedConsumer("first", (_, _, _) => NextAsync("second")), new PokedConsumer("second", (_, _, _) => NextAsync("third")));
        running = node;
        var first = (await node.EnqueueAsync(new Poked("first")))[0];
        while (await node.CountAsync("outbox_event") < 3 || await node.CountAsync("outbox_job where status = 'success'") < 2)
        {
        }

        var service = node.Get<OutboxService>();
        var whole = await service.GetChainAsync(new(first), InTime);
        whole.Events.Select(link => link.Depth).ShouldBe([0, 1, 2]);
        var middle = whole.Events[1].Event;
        middle.CausedBy!.EventId.ShouldBe(first);
        middle.CausedBy.EventSeq.ShouldBe(whole.Events[0].Event.Seq);
        (await service.GetChainAsync(new(middle.EventId), InTime)).Events.Select(link => link.Depth).ShouldBe([-1, 0, 1]);

        async Task<string> NextAsync(string name)
        {
            await running!.EnqueueAsync(new Poked(name));
            return "done";
        }
    }

    private static void CallIn(string project) => CallContext.Current =
        new(new() { UserId = "usr_1" }, new ProjectScope(project, project, "org_1"), "org_1", null) { Method = "machines.create" };

    private static async Task ShouldRefuseAsync(string code, Func<Task> call) => (await Should.ThrowAsync<ApiException>(call)).Code.ShouldBe(code);

    private static async Task EnqueueAsync(OutboxHost node, string machine, string project)
    {
        CallIn(project);
        await using var context = await node.ContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        await node.Outbox.EnqueueAsync(context, new OutboxDraft<MachinePoked>(new(machine)) { ProjectId = project }, InTime);
        await transaction.CommitAsync(InTime);
    }

    private sealed record MachinePoked(string MachineId) : IOutboxPayload
    {
        public static string EventName => "testing/machine-poked";
    }

    private sealed class MachineConsumer : OutboxConsumer<MachinePoked>
    {
        public override string Name => "poke-machine";

        protected override Task<string> HandleAsync(OutboxJobContext context, MachinePoked payload, CancellationToken cancellationToken) => Task.FromResult("poked");
    }
}
