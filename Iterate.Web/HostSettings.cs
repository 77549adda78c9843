using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Iterate.Domain;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Web;

/// <summary>What is said on the command line of the host: <c>--port N --data DIR</c>.</summary>
/// <param name="Port">TCP port on loopback.</param>
/// <param name="DataDirectory">Where everything this installation keeps on disk lives.</param>
internal sealed record HostSettings(int Port, string DataDirectory)
{
    private const int DefaultPort = 5173;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value is unusable, or the port is taken.</exception>
    public static HostSettings Read(IConfiguration configuration)
    {
        var port = DefaultPort;
        if (configuration["port"] is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            throw new StartupException($"--port takes a number from 1 to 65535, not '{text}'.");
        }

        RequireFree(port);
        return new(port, configuration["data"] ?? configuration["Data:Directory"] ?? LocalInstallation.DefaultDirectory(Environment.GetEnvironmentVariable, Environment.IsPrivilegedProcess));
    }

    /// <summary>Said before anything is started, so that a wrong port costs nothing.</summary>
    private static void RequireFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            throw new StartupException($"Port {port.ToString(CultureInfo.InvariantCulture)} is in use. Choose another one with --port.");
        }
    }
}
