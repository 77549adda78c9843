using System.Net.Http.Headers;
using Iterate.Domain;

namespace Iterate.Cli.Server;

/// <summary>
/// Which server to call and as whom: <c>ITERATE_URL</c> and <c>ITERATE_TOKEN</c>, else what the server on this host
/// wrote into its data directory when it started.
/// </summary>
/// <param name="Url">Base address, ending in a slash.</param>
/// <param name="Token">Bearer token; null to call as nobody.</param>
internal sealed record ServerConnection(Uri Url, string? Token)
{
    // Longer than the longest wait for an event, 120 s.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(150);

    /// <summary>Finds the server.</summary>
    /// <param name="host">Environment.</param>
    /// <param name="dataDirectory">Data directory of the server on this host; null for the usual one.</param>
    /// <exception cref="CliException">No server is known.</exception>
    public static ServerConnection Find(CliHost host, string? dataDirectory)
    {
        var token = host.Variable("ITERATE_TOKEN");
        if (host.Variable("ITERATE_URL") is { } url)
        {
            // The local token belongs to the local server; another address never gets to see it.
            return new(Parse(url, "ITERATE_URL"), token);
        }

        var directory = dataDirectory ?? LocalInstallation.DefaultDirectory(host.Variable, Environment.IsPrivilegedProcess);
        var urlFile = Path.Combine(directory, LocalInstallation.LocalUrlFile);
        var local = Read(urlFile)
            ?? throw CliException.Missing($"No iterate has been started with the data directory {directory}. Start it with ./run, name its directory with --data, or set ITERATE_URL and ITERATE_TOKEN.");
        return new(Parse(local, urlFile), token ?? Read(Path.Combine(directory, LocalInstallation.LocalTokenFile)));
    }

    /// <summary>A client for the server.</summary>
    public HttpClient CreateClient(CliHost host) => new(host.CreateHandler(Url))
    {
        BaseAddress = Url,
        Timeout = AnswerTimeout,
        DefaultRequestHeaders =
        {
            Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token),
            UserAgent = { new("iterate-cli", null) },
        },
    };

    private static Uri Parse(string text, string origin) =>
        Uri.TryCreate(text.TrimEnd('/') + '/', UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw CliException.Usage($"{origin} holds '{text}', which is no http address.");

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CliException.Missing(exception.Message);
        }
    }
}
