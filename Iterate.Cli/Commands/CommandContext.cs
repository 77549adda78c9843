using System.CommandLine;
using Iterate.Cli.Http;
using Iterate.Cli.Output;
using Iterate.Cli.Server;

namespace Iterate.Cli.Commands;

/// <summary>What a command works with while it runs.</summary>
internal sealed class CommandContext : IDisposable
{
    private readonly HttpClient _client;

    /// <summary>Finds the server of this run.</summary>
    /// <exception cref="CliException">No server is known.</exception>
    public CommandContext(CliHost host, ParseResult parsed, bool json, string? dataDirectory)
    {
        Host = host;
        Values = new(parsed, host);
        Results = new(host, json);
        _client = ServerConnection.Find(host, dataDirectory).CreateClient(host);
        Api = new(_client)
        {
            Time = host.Time,
            Reconnecting = wait => host.Error.WriteLine($"connection lost; trying again in {wait.TotalSeconds:0.0} s"),
        };
    }

    /// <summary>The process.</summary>
    public CliHost Host { get; }

    /// <summary>What was typed.</summary>
    public OptionValues Values { get; }

    /// <summary>Where answers go.</summary>
    public ResultWriter Results { get; }

    /// <summary>The server.</summary>
    public ApiTransport Api { get; }

    /// <summary>The project named by <paramref name="option"/>, else the usual one (requirement A-30).</summary>
    public async Task<string> ProjectAsync(Option<string> option, CancellationToken cancellationToken) =>
        Values.Has(option) ? Values.Get(option)! : await ProjectChoice.DefaultAsync(Host, Api, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
