using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>Live lists (requirement S-113).</summary>
public sealed class ListLiveTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task New_and_changed_streams_of_the_scope_are_told_on_every_node()
    {
        await Append("/tasks/one", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        await using var here = Watch(Streams, new("demo", "/tasks"));
        await using var there = Watch(other.In(Project), new("demo", "/tasks"));
        foreach (var list in new[] { here, there })
        {
            var first = await Next(list);
            (first.Streams.Count, first.Refetch).ShouldBe((0, true));
        }

        await Append("/tasks/two", Event());
        await Append("/tasks/one", Event());
        await Append("/elsewhere", Event());
        await Append("/tasks/two/deep", Event());

        foreach (var list in new[] { here, there })
        {
            var rows = await RowsAsync(list, rows => rows.GetValueOrDefault("/tasks/one")?.HeadOffset == 3 && rows.GetValueOrDefault("/tasks/two")?.HeadOffset >= 2);
            rows.Keys.ShouldBeSubsetOf(["/tasks/one", "/tasks/two"]);
            rows["/tasks/one"].Name.ShouldBe("one");
        }
    }

    [Fact]
    public async Task Subscribed_first_and_then_fetched_the_list_ends_up_as_the_database_has_it()
    {
        await Append("/s/0", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        IStreamsApi[] nodes = [Streams, other.In(Project)];
        var writing = Task.Run(async () =>
        {
            var random = new Random(7);
            for (var number = 0; number < 300; number++)
            {
                await nodes[random.Next(2)].AppendAsync(new("demo", $"/s/{random.Next(30)}", [Event()]), InTime);
            }

            await nodes[1].AppendAsync(new("demo", "/s/last", [Event()]), InTime);
        }, InTime);

        await using var list = Watch(Streams, new("demo", "/s"));
        (await Next(list)).Refetch.ShouldBeTrue();
        var shown = (await Streams.ListAsync(new("demo", "/s"), InTime)).Streams.ToDictionary(row => row.Path, row => row.HeadOffset, StringComparer.Ordinal);
        await writing;
        var truth = (await Streams.ListAsync(new("demo", "/s"), InTime)).Streams.ToDictionary(row => row.Path, row => row.HeadOffset, StringComparer.Ordinal);
        while (!truth.All(row => shown.GetValueOrDefault(row.Key) >= row.Value))
        {
            foreach (var row in (await Next(list)).Streams.Where(row => row.HeadOffset >= shown.GetValueOrDefault(row.Path)))
            {
                shown[row.Path] = row.HeadOffset;
            }
        }

        shown.Keys.Order(StringComparer.Ordinal).ShouldBe(truth.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_appends_become_few_items()
    {
        await Append("/s", Event());
        await using var list = Watch(Streams, new("demo"));
        await Next(list);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var writing = Task.Run(async () =>
        {
            for (var number = 0; number < 400; number++)
            {
                await Append("/s", Event());
            }
        }, InTime);
        var items = 0;
        for (var head = 0L; head < 402;)
        {
            var change = await Next(list);
            items++;
            head = Math.Max(head, change.Streams.Where(row => row.Path == "/s").Select(row => row.HeadOffset).FirstOrDefault());
        }

        await writing;
        items.ShouldBeLessThanOrEqualTo((int)(clock.Elapsed.TotalSeconds * 4) + 2);
    }

    [Fact]
    public async Task What_hints_do_not_tell_is_found_by_comparing_heads()
    {
        await Append("/s", Event());
        await using var silent = await TestNode.StartAsync(ConnectionString, options => options.Hints = false);
        var time = new Iterate.Testing.ManualTime();
        await using var node = await TestNode.StartAsync(ConnectionString, time: time);
        await using var list = Watch(node.In(Project), new("demo"));
        await Next(list);

        await silent.In(Project).AppendAsync(new("demo", "/s", [Event(), Event()]), InTime);
        var found = RowsAsync(list, rows => rows.GetValueOrDefault("/s")?.HeadOffset == 4);
        while (!found.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await found;
    }

    [Fact]
    public async Task A_query_and_a_depth_narrow_it()
    {
        await Append("/a", Event());
        await using var searched = Watch(Streams, new("demo", Query: "NEEDLE"));
        await using var deep = Watch(Streams, new("demo", Depth: 2));
        await Next(searched);
        await Next(deep);

        await Append("/a/b/c/needle", Event());
        await Append("/a/b", Event());
        await Append("/z", Event());

        (await RowsAsync(searched, rows => rows.Count > 0)).Keys.ShouldBe(["/a/b/c/needle"]);
        (await RowsAsync(deep, rows => rows.ContainsKey("/z"))).Keys.ShouldNotContain("/a/b/c/needle");
    }

    [Fact]
    public async Task Archiving_and_deleting_are_told_on_every_node()
    {
        await Append("/a", Event());
        await Append("/b", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        IAsyncEnumerator<StreamListChange>[] lists = [Watch(Streams, new("demo")), Watch(other.In(Project), new("demo"))];
        await Task.WhenAll(lists.Select(Next));

        await Streams.ArchiveAsync(new("demo", "/a"), InTime);
        foreach (var list in lists)
        {
            await RowsAsync(list, rows => rows.GetValueOrDefault("/a")?.Archived == true);
        }

        await Streams.UnarchiveAsync(new("demo", "/a"), InTime);
        foreach (var list in lists)
        {
            await RowsAsync(list, rows => rows.GetValueOrDefault("/a")?.Archived == false);
        }

        await Streams.DeleteAsync(new("demo", "/b", "/b"), InTime);
        foreach (var list in lists)
        {
            while (!(await Next(list)).Refetch)
            {
                InTime.ThrowIfCancellationRequested();
            }

            await list.DisposeAsync();
        }
    }

    [Fact]
    public async Task Bad_scopes_are_refused()
    {
        await Refused(() => Next(Watch(Streams, new("demo", Depth: 0))), ErrorCodes.InvalidInput);
        await Refused(() => Next(Watch(Streams, new("demo", "no slash here"))), ErrorCodes.InvalidPath);
    }

    private static IAsyncEnumerator<StreamListChange> Watch(IStreamsApi streams, ListLiveRequest request) =>
        streams.ListLiveAsync(request, InTime).GetAsyncEnumerator(InTime);

    private static async Task<StreamListChange> Next(IAsyncEnumerator<StreamListChange> list)
    {
        (await list.MoveNextAsync()).ShouldBeTrue();
        return list.Current;
    }

    private static async Task<Dictionary<string, StreamSummary>> RowsAsync(
        IAsyncEnumerator<StreamListChange> list, Predicate<Dictionary<string, StreamSummary>> complete)
    {
        var rows = new Dictionary<string, StreamSummary>(StringComparer.Ordinal);
        while (!complete(rows))
        {
            foreach (var row in (await Next(list)).Streams)
            {
                rows[row.Path] = row;
            }
        }

        return rows;
    }
}
