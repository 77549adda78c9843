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

    private const string Usage = "Usage: ./run [--port N] [--data DIR]";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">Something said is unknown, a value is unusable, or the port is taken.</exception>
    public static HostSettings Read(IReadOnlyList<string> arguments, IConfiguration configuration)
    {
        RequireKnown(arguments);
        var port = DefaultPort;
        if (configuration["port"] is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            throw new StartupException($"--port takes a number from 1 to 65535, not '{text}'.");
        }

        var directory = configuration["data"] ?? configuration["Data:Directory"]
            ?? LocalInstallation.DefaultDirectory(Environment.GetEnvironmentVariable, Environment.IsPrivilegedProcess);
        if (directory.Length == 0)
        {
            throw new StartupException("--data takes a folder, not an empty text.");
        }

        RequireFree(port);
        return new(port, directory);
    }

    /// <summary>Configuration passes over what it does not know; a mistyped --data would open another installation.</summary>
    private static void RequireKnown(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index].Split('=')[0];
            if (name is not ("--port" or "--data"))
            {
                throw new StartupException($"'{name}' is unknown. {Usage}");
            }

            if (!arguments[index].Contains('=', StringComparison.Ordinal) && ++index == arguments.Count)
            {
                throw new StartupException($"{name} lacks its value. {Usage}");
            }
        }
    }

    /// <summary>Said before anything is started, so that a wrong port costs nothing.</summary>
    private static void RequireFree(int port)
    {
        RequireFree(IPAddress.Loopback, port);
        if (Socket.OSSupportsIPv6)
        {
            RequireFree(IPAddress.IPv6Loopback, port);
        }
    }

    private static void RequireFree(IPAddress address, int port)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(address, port));
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // A machine without IPv6 on loopback: the host then serves the other address alone.
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            var state = fault.SocketErrorCode == SocketError.AccessDenied ? "not for this user" : "in use";
            throw new StartupException(string.Create(CultureInfo.InvariantCulture, $"Port {port} is {state}. Choose another one with --port."));
        }
    }
}
