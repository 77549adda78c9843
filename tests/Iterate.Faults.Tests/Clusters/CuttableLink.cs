using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>
/// A way to a database over which every connection can be cut, whatever is on it just then, and over which no
/// notification comes if it is deaf.
/// </summary>
internal sealed class CuttableLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Guid, (Socket Near, Socket Far)> _connections = new();
    private readonly ConcurrentBag<NotificationFilter> _filters = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly EndPoint _database;
    private readonly bool _isDeaf;
    private readonly Task _accepting;
    private volatile bool _isBroken;

    public CuttableLink(string connectionString, bool isDeaf = false)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        _database = new IPEndPoint(IPAddress.Loopback, address.Port);
        _isDeaf = isDeaf;
        _listener.Start();
        address.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        address.SslMode = SslMode.Disable;
        address.GssEncryptionMode = GssEncryptionMode.Disable;
        ConnectionString = address.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The database, over this link.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections that were cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>Notifications that were not passed on.</summary>
    public int Unheard => _filters.Sum(filter => filter.Dropped);

    /// <summary>Cuts every connection; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var id in _connections.Keys)
        {
            Cut(id);
        }
    }

    /// <summary>Cuts every connection, and new ones too until it is mended.</summary>
    public void Break()
    {
        _isBroken = true;
        Cut();
    }

    public void Mend() => _isBroken = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        Cut();
        _closing.Dispose();
    }

    private void Cut(Guid id)
    {
        if (_connections.TryRemove(id, out var ends))
        {
            Cuts++;
            ends.Near.Close(timeout: 0);
            ends.Far.Close(timeout: 0);
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptSocketAsync(_closing.Token);
            if (_isBroken)
            {
                near.Close(timeout: 0);
                continue;
            }

            var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            near.NoDelay = true;
            await far.ConnectAsync(_database, _closing.Token);
            var id = Guid.NewGuid();
            _connections[id] = (near, far);
            _ = RelayAsync(id, near, far);
            if (_isBroken)
            {
                Cut(id);
            }
        }
    }

    private async Task RelayAsync(Guid id, Socket near, Socket far)
    {
        NotificationFilter? filter = null;
        if (_isDeaf)
        {
            _filters.Add(filter = new());
        }

        await Task.WhenAny(PumpAsync(near, far, filter: null), PumpAsync(far, near, filter));
        _connections.TryRemove(id, out _);
        near.Close();
        far.Close();
    }

    private static async Task PumpAsync(Socket from, Socket to, NotificationFilter? filter)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                var left = filter is null ? buffer.AsMemory(0, read) : filter.Pass(buffer.AsSpan(0, read));
                while (!left.IsEmpty)
                {
                    left = left[await to.SendAsync(left)..];
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut, or closed by an end.
        }
    }
}
