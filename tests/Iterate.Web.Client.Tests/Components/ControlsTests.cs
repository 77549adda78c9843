namespace Iterate.Web.Client.Tests.Components;

public sealed class ControlsTests : KitTest
{
    [Fact]
    public void a_busy_button_says_so_keeps_focusable_and_ignores_presses()
    {
        var presses = 0;
        var view = Render<Button>(p => p.AddChildContent("Append").Add(b => b.Busy, true).Add(b => b.BusyLabel, "Appending...").Add(b => b.OnClick, () => presses++));
        var button = view.Find("button");
        button.Click();
        presses.ShouldBe(0);
        button.GetAttribute("aria-busy").ShouldBe("true");
        button.HasAttribute("disabled").ShouldBeFalse();
        view.Find("[data-spinner]").TextContent.Trim().ShouldBe("Appending...");
        view.Find(".it-btn-label").TextContent.Trim().ShouldBe("Append");
    }

    [Fact]
    public void a_button_calls_back_for_each_press()
    {
        var presses = 0;
        var button = Render<Button>(p => p.AddChildContent("Append").Add(b => b.OnClick, () => presses++)).Find("button");
        button.Click();
        button.Click();
        presses.ShouldBe(2);
        button.HasAttribute("aria-busy").ShouldBeFalse();
    }

    [Fact]
    public void a_button_with_an_address_is_a_link() =>
        Render<Button>(p => p.AddChildContent("Open").Add(b => b.Href, "/x").Add(b => b.Variant, ButtonVariant.Danger)).Find("a.it-btn-danger").GetAttribute("href").ShouldBe("/x");

    [Fact]
    public void an_icon_button_names_its_object() =>
        Render<IconButton>(p => p.Add(b => b.Icon, IconName.Dots).Add(b => b.Label, "Actions for bold-otter")).Find("button").GetAttribute("aria-label").ShouldBe("Actions for bold-otter");

    [Fact]
    public void an_icon_button_without_a_name_is_refused() =>
        Should.Throw<ArgumentException>(() => Render<IconButton>(p => p.Add(b => b.Icon, IconName.Dots).Add(b => b.Label, " ")));

    [Fact]
    public void a_field_binds_label_and_error_to_its_control()
    {
        var view = Render<Field>(p => p.Add(f => f.Id, "path").Add(f => f.Label, "Path").Add(f => f.Hint, "hint").Add(f => f.Error, "No spaces.")
            .AddChildContent<TextInput>(t => t.Add(i => i.Value, "/a b")));
        view.Find("label").GetAttribute("for").ShouldBe("path");
        var input = view.Find("input#path");
        input.GetAttribute("aria-invalid").ShouldBe("true");
        view.Find($"#{input.GetAttribute("aria-describedby")}").TextContent.ShouldBe("No spaces.");
        view.Markup.ShouldNotContain("hint</div>");
    }

    [Fact]
    public void a_field_without_a_note_describes_nothing()
    {
        var input = Render<Field>(p => p.Add(f => f.Id, "path").Add(f => f.Label, "Path").AddChildContent<TextInput>()).Find("input");
        input.HasAttribute("aria-describedby").ShouldBeFalse();
        input.HasAttribute("aria-invalid").ShouldBeFalse();
    }

    [Fact]
    public void text_reaches_the_owner_at_each_input()
    {
        var seen = new List<string>();
        var view = Render<Field>(p => p.Add(f => f.Id, "x").Add(f => f.Label, "X")
            .AddChildContent<TextArea>(t => t.Add(i => i.ValueChanged, seen.Add).AddUnmatched("data-draft", "k")));
        var area = view.Find("textarea");
        area.GetAttribute("data-draft").ShouldBe("k");
        area.Input("a");
        area.Input("ab");
        seen.ShouldBe(["a", "ab"]);
    }

    [Fact]
    public void search_is_a_search_box()
    {
        var seen = "";
        var input = Render<Field>(p => p.Add(f => f.Id, "x").Add(f => f.Label, "X")
            .AddChildContent<SearchInput>(t => t.Add(i => i.Placeholder, "Filter paths").Add(i => i.ValueChanged, value => seen = value))).Find("input[type=search]");
        input.Input("ag");
        seen.ShouldBe("ag");
    }

    [Fact]
    public void a_select_marks_its_value_and_reports_another()
    {
        var seen = "";
        var view = Render<Field>(p => p.Add(f => f.Id, "role").Add(f => f.Label, "Role")
            .AddChildContent<Select>(s => s.Add(x => x.Options, [new("member", "Member"), new("admin", "Admin")]).Add(x => x.Value, "admin").Add(x => x.ValueChanged, value => seen = value)));
        view.Find("option[selected]").TextContent.ShouldBe("Admin");
        view.Find("select#role").Change("member");
        seen.ShouldBe("member");
    }

    [Fact]
    public void a_control_outside_a_field_is_refused() =>
        Should.Throw<InvalidOperationException>(() => Render<TextInput>());

    [Fact]
    public void a_chip_shows_that_it_is_pressed()
    {
        var presses = 0;
        var chip = Render<Chip>(p => p.AddChildContent("agent/").Add(c => c.Pressed, true).Add(c => c.OnClick, () => presses++)).Find("button");
        chip.GetAttribute("aria-pressed").ShouldBe("true");
        chip.Click();
        presses.ShouldBe(1);
    }

    [Fact]
    public void one_segment_and_one_tab_are_current()
    {
        IReadOnlyList<Choice> choices = [new("Raw", "/raw"), new("Feed", "/feed")];
        Render<Segmented>(p => p.Add(s => s.Label, "View").Add(s => s.Choices, choices).Add(s => s.Current, "Feed")).Find("[aria-current]").GetAttribute("href").ShouldBe("/feed");
        Render<Tabs>(p => p.Add(s => s.Label, "View").Add(s => s.Choices, choices).Add(s => s.Current, "Raw")).Find("[aria-current=page]").GetAttribute("href").ShouldBe("/raw");
    }

    [Fact]
    public void a_copy_button_carries_its_text_for_the_script() =>
        Render<CopyButton>(p => p.Add(c => c.Text, "<a>").Add(c => c.IconOnly, true).Add(c => c.Label, "Copy id")).Find("button[aria-label='Copy id']").GetAttribute("data-copy").ShouldBe("<a>");

    [Theory]
    [InlineData(0, 6424, "0")]
    [InlineData(2140, 6424, "33")]
    [InlineData(7000, 6424, "100")]
    public void a_progress_bar_says_how_far_it_is(long value, long total, string percent)
    {
        var bar = Render<ProgressBar>(p => p.Add(b => b.Label, "Import").Add(b => b.Value, value).Add(b => b.Total, total)).Find("[role=progressbar]");
        bar.GetAttribute("aria-valuenow").ShouldBe(percent);
        bar.GetAttribute("aria-label").ShouldBe("Import");
    }
}
