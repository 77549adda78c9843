using System.Globalization;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class ListTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task A_folder_lists_its_children_with_their_heads()
    {
        await Append("/git/commits", Event());
        await Append("/git/commits/deep", Event());
        await Append("/git-other", Event());

        var rows = await ListAsync(new("demo", "/git"));

        var row = rows.Single();
        row.Path.ShouldBe("/git/commits");
        row.Name.ShouldBe("commits");
        row.ChildCount.ShouldBe(1);
        row.HeadOffset.ShouldBeGreaterThanOrEqualTo(2);
        row.Paused.ShouldBeFalse();
        row.LastEventAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Depth_decides_how_many_levels_are_listed()
    {
        await Append("/l1/l2/l3", Event());
        await Announced("/l1");
        await Announced("/l1/l2");

        (await ListAsync(new("demo"))).Select(row => row.Path).ShouldBe(["/l1"]);
        (await ListAsync(new("demo", Depth: 2))).Select(row => row.Path).ShouldBe(["/l1", "/l1/l2"]);
        (await ListAsync(new("demo", Depth: 3))).Select(row => row.Path).ShouldBe(["/l1", "/l1/l2", "/l1/l2/l3"]);
    }

    [Theory]
    [InlineData(StreamSort.Path)]
    [InlineData(StreamSort.Recent)]
    public async Task Pages_by_cursor_are_the_whole_list_once(StreamSort sort)
    {
        await Task.WhenAll(Enumerable.Range(0, 25).Select(number =>
            Append(string.Create(CultureInfo.InvariantCulture, $"/p{number}"), Event())));

        var whole = await ListAsync(new("demo", Sort: sort));
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Streams.ListAsync(new("demo", Sort: sort, Limit: 4, Cursor: cursor), InTime);
            paged.AddRange(page.Streams.Select(row => row.Path));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        whole.Count.ShouldBe(25);
        paged.ShouldBe(whole.Select(row => row.Path));
        whole.ShouldBe(sort == StreamSort.Path
            ? whole.OrderBy(row => row.Path, StringComparer.Ordinal)
            : whole.OrderByDescending(row => row.LastEventAt).ThenByDescending(row => row.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Searching_looks_at_every_level_and_at_titles()
    {
        await Append("/x/needle-1", Event());
        await Streams.CreateAsync(new("demo", "/x/y/z") { Metadata = JsonText.Parse("""{"title":"A NEEDLE here"}""") }, InTime);
        await Append("/x/other", Event());

        (await ListAsync(new("demo", Query: "Needle"))).Select(row => row.Path).ShouldBe(["/x/needle-1", "/x/y/z"]);
    }

    [Fact]
    public async Task A_cursor_of_somebody_else_is_refused() =>
        await Refused(() => ListAsync(new("demo", Cursor: "///")), ErrorCodes.InvalidInput);

    private async Task<IReadOnlyList<StreamSummary>> ListAsync(ListStreamsRequest request) =>
        (await Streams.ListAsync(request, InTime)).Streams;

    private async Task Announced(string path)
    {
        while (!(await ListAsync(new("demo", Depth: 32))).Any(row => string.Equals(row.Path, path, StringComparison.Ordinal)))
        {
            await Task.Yield();
        }
    }
}
