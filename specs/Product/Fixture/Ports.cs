using System.Net;
using System.Net.Sockets;

namespace Iterate.Specs;

internal static class Ports
{
    /// <summary>A loopback port that nobody listens on right now.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
