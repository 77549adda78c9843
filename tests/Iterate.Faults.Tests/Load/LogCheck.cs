using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests.Load;

/// <summary>
/// Compares the log with what was acknowledged, as far as it has grown since the last look: every stream is gapless, and
/// every acknowledged event is in it once, at its offset.
/// </summary>
internal sealed class LogCheck(string project, AppendLoad load)
{
    private const int Page = 1_000;

    private readonly Dictionary<string, long> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Path, long Offset)> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _announced = new(StringComparer.Ordinal);
    private int _checked;
    private int _events;
    private int _kept;
    private int _doubled;

    /// <summary>Reads on and compares what was acknowledged until now.</summary>
    public async Task LookAsync(HttpClient node)
    {
        Acknowledged[] acknowledged = [.. load.Acknowledged.Skip(_checked)];
        foreach (var path in acknowledged.Select(batch => batch.Path).Distinct(StringComparer.Ordinal))
        {
            await ReadOnAsync(node, path);
        }

        foreach (var batch in acknowledged)
        {
            _events += batch.Ids.Count;
            foreach (var (id, offset) in batch.Ids.Zip(batch.Offsets))
            {
                Compare(batch, id, offset);
            }
        }

        _checked += acknowledged.Length;
    }

    /// <summary>
    /// To be called when nothing writes any more: also that nothing beside the log differs from it, and that every new
    /// stream was announced once.
    /// </summary>
    public async Task<FaultRow> EndAsync(HttpClient node, string fault, int rounds)
    {
        await LookAsync(node);
        foreach (var path in _heads.Keys)
        {
            var verified = await node.CallAsync<VerifyResponse>("streams/verify", new { project, path });
            verified.Differences.ShouldBeEmpty(path);
            verified.Events.ShouldBe(_heads[path]);
        }

        await ReadOnAsync(node, AppendLoad.NewStreams);
        var created = _heads.Keys.Where(path => path.StartsWith($"{AppendLoad.NewStreams}/", StringComparison.Ordinal)).ToArray();
        created.Where(path => !_announced.ContainsKey(path)).ShouldBeEmpty();
        _announced.Where(path => path.Value != 1).ShouldBeEmpty();
        return new(fault, rounds, _events, _kept, _doubled);
    }

    private void Compare(Acknowledged batch, string id, long offset)
    {
        if (_found.TryGetValue(id, out var found) && found == (batch.Path, offset))
        {
            _kept++;
            return;
        }

        var instead = _found.Where(other => other.Value == (batch.Path, offset)).Select(other => other.Key).SingleOrDefault() ?? "nothing";
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"Lost: {id}, {(batch.Keyed ? "keyed" : "without key")}, was acknowledged at {batch.Path} {offset}, where {instead} is; it is at {found}.");
    }

    private async Task ReadOnAsync(HttpClient node, string path)
    {
        var head = _heads.GetValueOrDefault(path);
        ReadResponse page;
        do
        {
            page = await node.CallAsync<ReadResponse>("streams/read", new { project, path, afterOffset = head, limit = Page });
            foreach (var read in page.Events)
            {
                read.Offset.ShouldBe(++head, path);
                Take(path, read);
            }
        }
        while (!page.AtEnd);
        _heads[path] = head;
    }

    private void Take(string path, StreamEvent read)
    {
        if (read.Type == CoreEvents.ChildStreamCreated)
        {
            var child = JsonNode.Parse(read.Payload.Text!)!["childPath"]!.GetValue<string>();
            _announced[child] = _announced.GetValueOrDefault(child) + 1;
        }
        else if (read.Type == "load/written" && !_found.TryAdd(JsonNode.Parse(read.Payload.Text!)!["id"]!.GetValue<string>(), (path, read.Offset)))
        {
            _doubled++;
        }
    }
}
