using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Iterate.Specs.Plugins.Specs;

/// <summary>Serves pages that specs hand it, on a loopback port of its own.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _pages = new(StringComparer.Ordinal);
    private readonly HttpListener _listener;
    private readonly string _address;
    private readonly Task _serving;
    private int _count;

    public TestSite()
    {
        (_listener, _address) = Listen();
        _serving = ServeAsync();
    }

    /// <summary>Adds a page and answers its address.</summary>
    public string Serve(string body)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/{Interlocked.Increment(ref _count)}");
        _pages[path] = $"<!doctype html><html lang=en><head><meta charset=utf-8><title>Test page</title></head><body>{body}</body></html>";
        return _address + path;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    // HttpListener cannot take port 0, and another process may take the free one first.
    private static (HttpListener Listener, string Address) Listen()
    {
        while (true)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}");
            var listener = new HttpListener { Prefixes = { address + "/" } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException taken) when (taken.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // Stopped, or a browser that closed its page did not wait for the answer.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var response = context.Response;
        if (_pages.TryGetValue(context.Request.Url!.AbsolutePath, out var page))
        {
            response.ContentType = "text/html";
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(page));
        }
        else
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
        }
    }
}
