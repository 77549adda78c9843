using Iterate.Domain.Api;
using Iterate.Web.Client.Streams;

namespace Iterate.Web.Client.Tests.Streams;

public sealed class StreamListingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_row_comes_to_its_place_by_path() =>
        Paths(Listing(StreamSort.Path, null, Row("/a", 1), Row("/c", 1)).With(Row("/b", 1))).ShouldBe(["/a", "/b", "/c"]);

    [Fact]
    public void A_changed_row_comes_first_where_the_newest_does() =>
        Paths(Listing(StreamSort.Recent, null, Row("/a", 3), Row("/b", 2)).With(Row("/b", 4))).ShouldBe(["/b", "/a"]);

    [Fact]
    public void Rows_of_one_instant_are_ordered_as_the_server_orders_them() =>
        Paths(Listing(StreamSort.Recent, null, Row("/b", 3), Row("/a", 3)).With(Row("/c", 3))).ShouldBe(["/c", "/b", "/a"]);

    [Fact]
    public void Older_news_of_a_row_is_none() =>
        Listing(StreamSort.Path, null, Row("/a", 5)).With(Row("/a", 4)).Rows.ShouldHaveSingleItem().HeadOffset.ShouldBe(5);

    [Fact]
    public void A_stream_that_began_anew_replaces_the_longer_one() =>
        Listing(StreamSort.Path, null, Row("/a", 5)).With(Row("/a", 1) with { StreamId = "str_2" }).Rows.ShouldHaveSingleItem().HeadOffset.ShouldBe(1);

    [Fact]
    public void What_lies_beyond_the_rows_that_were_read_comes_with_them() =>
        Paths(Listing(StreamSort.Path, "more", Row("/a", 1)).With(Row("/z", 1))).ShouldBe(["/a"]);

    [Fact]
    public void An_archived_row_goes_and_one_taken_out_comes_back()
    {
        var listing = Listing(StreamSort.Path, null, Row("/a", 1), Row("/b", 1)).With(Row("/a", 1) with { Archived = true });
        Paths(listing).ShouldBe(["/b"]);
        Paths(listing.With(Row("/a", 1))).ShouldBe(["/a", "/b"]);
    }

    [Fact]
    public void A_list_with_the_archive_keeps_it()
    {
        var listing = Listing(StreamSort.Path, null, Row("/a", 1));
        listing = listing with { Request = listing.Request with { IncludeArchived = true } };
        listing.With(Row("/a", 1) with { Archived = true }).Rows.ShouldHaveSingleItem().Archived.ShouldBeTrue();
    }

    private static StreamListing Listing(StreamSort sort, string? cursor, params StreamSummary[] rows) => new(new("demo", Sort: sort), rows, cursor);

    private static IEnumerable<string> Paths(StreamListing listing) => listing.Rows.Select(row => row.Path);

    private static StreamSummary Row(string path, long head) => new()
    {
        Path = path,
        Name = path[1..],
        StreamId = $"str_{path}",
        HeadOffset = head,
        LastEventAt = Noon.AddSeconds(head),
        ChildCount = 0,
        Paused = false,
        HaltedSubscriptions = 0,
        Archived = false,
    };
}
