using Iterate.Web.Client.Streams;

namespace Iterate.Web.Client.Tests.Streams;

public sealed class StreamUrlsTests
{
    [Fact]
    public void An_export_names_only_what_was_chosen() =>
        StreamUrls.Export("demo", "/notes", new(), gzip: false).ShouldBe("/api/streams/export?project=demo&path=%2Fnotes");

    [Fact]
    public void The_bounds_of_a_range_are_its_first_and_last_event() =>
        StreamUrls.Export("demo", "/notes", new() { From = 3, To = 5, Types = ["note/added", "agent/*"], Text = "a&b" }, gzip: true).ShouldBe(
            "/api/streams/export?project=demo&path=%2Fnotes&afterOffset=2&beforeOffset=6&types=note%2Fadded&types=agent%2F%2A&contains=a%26b&gzip=true");

    [Theory]
    [InlineData("/", "/proj/demo/streams")]
    [InlineData("/agents/triage", "/proj/demo/streams?under=%2Fagents%2Ftriage")]
    public void A_folder_is_a_list(string path, string address) => StreamUrls.Folder("demo", path).ShouldBe(address);
}
