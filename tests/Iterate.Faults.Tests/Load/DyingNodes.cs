using Iterate.Web.Tests.Nodes;

namespace Iterate.Faults.Tests.Load;

/// <summary>Two nodes that are killed in turn; the one before starts again while the next one dies.</summary>
internal sealed class DyingNodes : IAsyncDisposable
{
    private readonly BuiltHost[] _nodes;
    private readonly Task[] _starts = [Task.CompletedTask, Task.CompletedTask];
    private int _next;

    private DyingNodes(BuiltHost[] nodes) => _nodes = nodes;

    public IReadOnlyList<BuiltHost> All => _nodes;

    public static async Task<DyingNodes> StartAsync(string connectionString) =>
        new([await BuiltHost.StartAsync(connectionString), await BuiltHost.StartAsync(connectionString)]);

    /// <summary>The one that dies next, once it is up.</summary>
    public async Task<BuiltHost> NextAsync()
    {
        await _starts[_next];
        return _nodes[_next];
    }

    /// <summary>kill -9 of it, and its start.</summary>
    public async Task KillNextAsync()
    {
        var dying = await NextAsync();
        await dying.Process.KillAsync();
        _starts[_next] = dying.StartAsync();
        _next = 1 - _next;
    }

    /// <summary>Waits until both are up.</summary>
    public Task UpAsync() => Task.WhenAll(_starts);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UpAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
