using System.Collections.Concurrent;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Nodes;
using Shouldly;

namespace Iterate.Faults.Tests.Load;

/// <summary>Emits events whose jobs succeed, at whichever node answers, until it ends.</summary>
internal sealed class EmitLoad : IAsyncDisposable
{
    private const int PerCall = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient[] _nodes;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _emitting;

    private EmitLoad(HttpClient[] nodes)
    {
        _nodes = nodes;
        _emitting = Task.Run(EmitAsync);
    }

    /// <summary>Ids of events that are committed: their jobs have to end.</summary>
    public ConcurrentQueue<string> Committed { get; } = new();

    public static EmitLoad Start(params BuiltHost[] nodes) => new([.. nodes.Select(node => node.Client(secret: null))]);

    public async Task FinishAsync()
    {
        await _ending.CancelAsync();
        await _emitting;
    }

    /// <summary>The row of the table, from what became of the jobs.</summary>
    public FaultRow Row(string fault, int rounds, IReadOnlyList<OutboxJobRow> jobs, IEnumerable<string> others)
    {
        var ofEvents = jobs.ToLookup(job => job.EventId, StringComparer.Ordinal);
        string[] expected = [.. Committed, .. others];
        jobs.ShouldAllBe(job => job.Status == "success" || job.Status == "failed");
        return new(
            fault, rounds, expected.Length,
            expected.Count(id => ofEvents[id].Any() && ofEvents[id].All(job => job.Successes > 0)),
            jobs.Count(job => job.Successes > 1));
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        _ending.Dispose();
    }

    private async Task EmitAsync()
    {
        for (var call = 0; !_ending.IsCancellationRequested; call++)
        {
            try
            {
                var answer = await _nodes[call % _nodes.Length].CallAsync<EmitTestEventsResponse>("testing/emit", new { name = "succeed", count = PerCall });
                foreach (var id in answer.EventIds)
                {
                    Committed.Enqueue(id);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // Its node died; what it emitted may be there or not.
            }

            await Task.Delay(Pause);
        }
    }
}
