using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>A way to a database over which every connection can be cut, whatever is on it just then.</summary>
internal sealed class CuttableLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Guid, (Socket Near, Socket Far)> _connections = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly EndPoint _database;
    private readonly Task _accepting;

    public CuttableLink(string connectionString)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        _database = new IPEndPoint(IPAddress.Loopback, address.Port);
        _listener.Start();
        address.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = address.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The database, over this link.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections that were cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>Cuts every connection; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var id in _connections.Keys)
        {
            if (_connections.TryRemove(id, out var ends))
            {
                Cuts++;
                ends.Near.Close(timeout: 0);
                ends.Far.Close(timeout: 0);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        Cut();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptSocketAsync(_closing.Token);
            var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            near.NoDelay = true;
            await far.ConnectAsync(_database, _closing.Token);
            var id = Guid.NewGuid();
            _connections[id] = (near, far);
            _ = RelayAsync(id, near, far);
        }
    }

    private async Task RelayAsync(Guid id, Socket near, Socket far)
    {
        await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        _connections.TryRemove(id, out _);
        near.Close();
        far.Close();
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut, or closed by an end.
        }
    }
}
