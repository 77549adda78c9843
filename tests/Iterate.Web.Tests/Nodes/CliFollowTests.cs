using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Iterate.Web.Tests.Cli;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Live;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Nodes;

/// <summary><c>iterate streams follow</c> against a host that dies under it (requirement S-191).</summary>
[Collection(nameof(TwoNodes))]
public sealed class CliFollowTests(TwoNodes nodes)
{
    [Fact]
    public async Task It_reconnects_by_itself_and_prints_each_event_once()
    {
        var host = nodes.Here;
        var (project, secret) = await host.PersonAsync("barbara");
        using var writer = nodes.There.Client(secret);
        await writer.AppendAsync(project, "/a", count: 3);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        var printed = new PrintedLines();
        var cli = new CliRun(handler) { Variables = { ["ITERATE_URL"] = host.Url.AbsoluteUri, ["ITERATE_TOKEN"] = secret } };
        var following = cli.RunAsync(
            printed, ["streams", "follow", "--project", project, "--path", "/a", "--after-offset", "0", "--json"], stop.Token);

        (await printed.OffsetsAsync(4)).ShouldBe([1, 2, 3, 4]);
        await using (var presence = await EventStream.PostAsync(writer, "streams/presence", new { project, path = "/a" }))
        {
            while ((await presence.NextAsync())!.Json["viewers"]!.AsArray() is not [{ } viewer] || viewer["surface"]!.GetValue<string>() != "cli")
            {
                // Presence on another node is a second old.
            }
        }

        await host.Process.KillAsync();
        await writer.AppendAsync(project, "/a", count: 3);
        await host.StartAsync();
        (await printed.OffsetsAsync(3)).ShouldBe([5, 6, 7]);
        await host.Process.StopAsync();
        await writer.AppendAsync(project, "/a");
        await host.StartAsync();
        (await printed.OffsetsAsync(1)).ShouldBe([8]);
        await writer.AppendAsync(project, "/a");
        (await printed.OffsetsAsync(1)).ShouldBe([9]);

        await stop.CancelAsync();
        var result = await following;
        result.ExitCode.ShouldBe(0, result.Error);
        printed.Rest.ShouldBeEmpty();
    }

    /// <summary>What a program at the end of the pipe reads.</summary>
    private sealed class PrintedLines : StringWriter
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public IEnumerable<string> Rest
        {
            get
            {
                while (_lines.Reader.TryRead(out var line))
                {
                    yield return line;
                }
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            _lines.Writer.TryWrite(value!);
            return Task.CompletedTask;
        }

        public async Task<List<long>> OffsetsAsync(int count)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            var offsets = new List<long>();
            while (offsets.Count < count)
            {
                offsets.Add(JsonNode.Parse(await _lines.Reader.ReadAsync(patience.Token))!["offset"]!.GetValue<long>());
            }

            return offsets;
        }
    }
}
