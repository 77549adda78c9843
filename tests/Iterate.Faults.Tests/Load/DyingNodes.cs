using Iterate.Web.Tests.Nodes;

namespace Iterate.Faults.Tests.Load;

/// <summary>Two nodes that are killed in turn; the one before starts again while the next one dies.</summary>
internal sealed class DyingNodes : IAsyncDisposable
{
    private readonly BuiltHost[] _nodes;
    private readonly Func<BuiltHost, Task> _prepare;
    private readonly Task[] _starts = [Task.CompletedTask, Task.CompletedTask];
    private int _next;

    private DyingNodes(BuiltHost[] nodes, Func<BuiltHost, Task> prepare)
    {
        _nodes = nodes;
        _prepare = prepare;
    }

    /// <summary>What each calls itself before PostgreSQL, in all its lives.</summary>
    public static IReadOnlyList<string> Applications { get; } = ["dying-0", "dying-1"];

    public IReadOnlyList<BuiltHost> All => _nodes;

    /// <summary>What the one that dies next calls itself.</summary>
    public string NextApplication => Applications[_next];

    public static Task<DyingNodes> StartAsync(string connectionString) => StartAsync(connectionString, _ => Task.CompletedTask);

    /// <param name="connectionString">A migrated database.</param>
    /// <param name="prepare">What is done with each whenever it has started.</param>
    public static async Task<DyingNodes> StartAsync(string connectionString, Func<BuiltHost, Task> prepare)
    {
        var nodes = new DyingNodes(
            [await BuiltHost.StartAsync(As(Applications[0], connectionString)), await BuiltHost.StartAsync(As(Applications[1], connectionString))], prepare);
        await Task.WhenAll(nodes.All.Select(prepare));
        return nodes;
    }

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
        _starts[_next] = StartAgainAsync(dying);
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

    private static string As(string application, string connectionString) => $"{connectionString};Application Name={application}";

    private async Task StartAgainAsync(BuiltHost node)
    {
        await node.StartAsync();
        await _prepare(node);
    }
}
