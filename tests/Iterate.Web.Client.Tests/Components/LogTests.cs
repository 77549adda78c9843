namespace Iterate.Web.Client.Tests.Components;

public sealed class LogTests : KitTest
{
    private IRenderedComponent<JsonView> View(string json) => Render<JsonView>(p => p.Add(v => v.Json, JsonText.Parse(json)));

    private IRenderedComponent<EventRow> Row(string type, TimeSpan? delta = null) =>
        Render<EventRow>(p => p.Add(r => r.Offset, 12_401).Add(r => r.Type, type).Add(r => r.Preview, "9f31c0e").Add(r => r.CreatedAt, Noon).Add(r => r.Delta, delta).Add(r => r.Href, "?open=12401").Add(r => r.Selected, true));

    [Fact]
    public void a_row_mutes_the_owner_and_groups_the_offset()
    {
        var row = Row("codemode/call-completed", TimeSpan.FromMilliseconds(512));
        row.Find(".it-row-offset").TextContent.ShouldBe("12,401");
        row.Find(".it-row-owner").TextContent.ShouldBe("codemode/");
        row.Find(".it-row-type").TextContent.ShouldBe("codemode/call-completed");
        row.Find(".it-row-delta").TextContent.ShouldBe("+512 ms");
        row.Find("a").GetAttribute("aria-current").ShouldBe("true");
        row.Find("a").HasAttribute("data-failed").ShouldBeFalse();
    }

    [Fact]
    public void a_failed_fact_is_marked() => Row("egress/request-failed").Find("a").HasAttribute("data-failed").ShouldBeTrue();

    [Fact]
    public void a_type_without_owner_is_all_fact() => Row("note").Find(".it-row-owner").TextContent.ShouldBeEmpty();

    [Theory]
    [InlineData(0.006, "+6 ms", null)]
    [InlineData(1.0, "+1.0 s", null)]
    [InlineData(1.499, "+1.4 s", null)]
    [InlineData(1.5, "+1.5 s", "slow")]
    [InlineData(22.4, "+22 s", "slow")]
    [InlineData(59.9, "+59 s", "slow")]
    [InlineData(62, "+1 m 2 s", "stall")]
    [InlineData(3 * 3600 + 300, "+3 h 5 m", "stall")]
    [InlineData(49 * 3600, "+2 d 1 h", "stall")]
    public void a_delta_is_amber_from_one_and_a_half_seconds_and_red_from_a_minute(double seconds, string text, string? pace)
    {
        EventDelta.Text(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
        EventDelta.Pace(TimeSpan.FromSeconds(seconds)).ShouldBe(pace);
    }

    [Fact]
    public void json_is_coloured_by_kind_and_keeps_its_text()
    {
        var view = View("""{"a":"x","n":1.50e3,"t":true,"z":null,"e":{},"l":[1]}""");
        view.FindAll(".it-json-key").Select(key => key.TextContent).ShouldBe(["\"a\"", "\"n\"", "\"t\"", "\"z\"", "\"e\"", "\"l\""]);
        view.Find(".it-json-string").TextContent.ShouldBe("\"x\"");
        view.FindAll(".it-json-number").Select(number => number.TextContent).ShouldBe(["1.50e3", "1"]);
        view.FindAll(".it-json-literal").Select(literal => literal.TextContent).ShouldBe(["true", "null"]);
    }

    [Fact]
    public void json_never_becomes_markup()
    {
        var view = View("""{"<b>k</b>":"<script>alert(1)</script>"}""");
        view.FindAll("b, script").ShouldBeEmpty();
        view.Find(".it-json-string").TextContent.ShouldBe("\"<script>alert(1)</script>\"");
    }

    [Fact]
    public void json_shows_emoji_as_they_are_and_control_characters_escaped() =>
        View(JsonText.From("\U0001F600 \"a\"\n\u0001").Text!).Find(".it-json-string").TextContent.ShouldBe("\"\U0001F600 \\\"a\\\"\\n\\u0001\"");

    [Fact]
    public void objects_and_arrays_fold_and_say_how_much_they_hold()
    {
        var view = View("""{"a":[1,2,3]}""");
        view.FindAll("details[open]").Count.ShouldBe(2);
        view.FindAll(".it-json-folded").Select(fold => fold.TextContent.Trim()).ShouldBe(["1 key }", "3 items ]"]);
    }

    [Fact]
    public void an_array_of_many_items_starts_folded() =>
        View("[" + string.Join(',', Enumerable.Range(0, 201)) + "]").FindAll("details[open]").ShouldBeEmpty();

    [Fact]
    public void a_string_over_two_kilobytes_is_cut_and_whole_again_when_opened()
    {
        var text = new string('a', 2047) + "\U0001F600" + new string('\\', 3000);
        var view = View(JsonText.From(text).Text!);
        var shown = view.Find(".it-json-string");
        var summary = view.Find(".it-json-rest > summary");
        summary.TextContent.ShouldContain("5,049");
        summary.Remove();
        shown.TextContent.ShouldBe("\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal) + "\"");
        View("\"" + new string('a', 2048) + "\"").FindAll(".it-json-rest").ShouldBeEmpty();
    }

    [Fact]
    public void a_tree_is_one_tab_stop_at_its_selected_line()
    {
        TreeItem[] items =
        [
            new() { Key = "/a", Name = "a", Level = 1, Href = "/a" },
            new() { Key = "/a/b", Name = "b", Level = 2, Href = "/b", Status = Status.Ok },
            new() { Key = "/c", Name = "c", Level = 1 },
        ];
        var tree = Render<Tree>(p => p.Add(t => t.Label, "Streams").Add(t => t.Items, items).Add(t => t.SelectedKey, "/a/b").Add(t => t.Meta, item => item.Key));
        tree.FindAll("[role=treeitem]").Select(node => node.GetAttribute("aria-expanded")).ShouldBe(["true", null, null]);
        tree.FindAll("[tabindex='0']").ShouldHaveSingleItem().GetAttribute("data-key").ShouldBe("/a/b");
        tree.Find("[aria-selected=true]").GetAttribute("aria-level").ShouldBe("2");
        tree.FindAll("[data-key='/a/b'] .it-node-rule").Count.ShouldBe(1);
        tree.FindAll(".it-node-meta").Select(meta => meta.TextContent).ShouldBe(["/a", "/a/b", "/c"]);
    }
}
