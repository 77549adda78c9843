using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Live;
using Shouldly;

namespace Iterate.Faults.Tests.Load;

/// <summary>Follows a stream of an <see cref="AppendLoad"/> over HTTP and notes what comes.</summary>
internal sealed class LoadFollow
{
    private const string Last = "load/ended";

    private readonly string _project;
    private readonly string _path;
    private readonly EventStream _events;
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly Task _following;
    private int _doubled;

    private LoadFollow(string project, string path, EventStream events)
    {
        _project = project;
        _path = path;
        _events = events;
        _following = Task.Run(FollowAsync);
    }

    public static async Task<LoadFollow> StartAsync(HttpClient node, string project, string path)
    {
        await node.AppendAsync(project, path);
        return new(project, path, await EventStream.PostAsync(node, "streams/follow", new { project, path, afterOffset = 0 }));
    }

    /// <summary>The row of the table: what was acknowledged, and what of it followers have seen where it was said to be.</summary>
    public static FaultRow Row(string fault, IReadOnlyList<LoadFollow> follows, AppendLoad load)
    {
        var ofPath = follows.ToDictionary(follow => follow._path, StringComparer.Ordinal);
        var acknowledged = load.Acknowledged.Where(batch => ofPath.ContainsKey(batch.Path)).ToArray();
        return new(
            fault, follows.Count, acknowledged.Sum(batch => batch.Ids.Count),
            acknowledged.Sum(batch => batch.Ids.Zip(batch.Offsets).Count(said => ofPath[batch.Path]._seen.GetValueOrDefault(said.First) == said.Second)),
            follows.Sum(follow => follow._doubled));
    }

    /// <summary>Appends a last event and waits until it comes.</summary>
    public async Task EndAsync(HttpClient node)
    {
        await node.AppendAsync(_project, _path, type: Last);
        await _following;
        await _events.DisposeAsync();
    }

    private async Task FollowAsync()
    {
        for (var cursor = 0L; ;)
        {
            var frame = (await _events.NextAsync()).ShouldNotBeNull();
            foreach (var item in frame.Data is null ? [] : frame.Json["events"]!.AsArray())
            {
                var offset = item!["offset"]!.GetValue<long>();
                offset.ShouldBe(++cursor, _path);
                if (item["type"]!.GetValue<string>() == Last)
                {
                    return;
                }

                if (item["payload"]?["id"]?.GetValue<string>() is { } id && !_seen.TryAdd(id, offset))
                {
                    _doubled++;
                }
            }
        }
    }
}
