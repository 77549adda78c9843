using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Streams;

public sealed class FindingStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task streams_are_listed_as_cards_and_a_tap_opens_one()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 4);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.StreamCard("/notes").GetByText("5 events").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.StreamCard("/notes").GetByText("notes", new() { Exact = true }).ClickAsync();
        await Page.WaitForURLAsync($"**/proj/{Project.Slug}/streams/notes");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "/notes" }).WaitForAsync();
        await Page.EventRow(5).GetByText("Note 4").WaitForAsync();
    }

    [Spec]
    public async Task a_chevron_opens_the_children_of_a_stream_in_place()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 1);
        await Api.AppendNotesAsync(Project.Slug, "/agents/review/today", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("Children of /agents", new() { Exact = true }).ClickAsync();
        await Page.StreamCard("/agents/triage").WaitForAsync();
        await Page.GetByLabel("Children of /agents/review").ClickAsync();
        await Page.StreamCard("/agents/review/today").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task typing_finds_streams_by_their_path()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 1);
        await Api.AppendNotesAsync(Project.Slug, "/agents/review", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByTestId("stream-search").FillAsync("tria");
        await Page.GetByRole(AriaRole.List, new() { Name = "Streams found" }).GetByText("/agents/triage").ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "/agents/triage" }).WaitForAsync();
    }

    [Spec]
    public async Task a_search_without_a_match_says_so()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByTestId("stream-search").FillAsync("zebra");
        await Page.GetByText("No stream matches").WaitForAsync();
    }

    [Spec]
    public async Task a_new_stream_is_created_by_its_path()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("New stream").ClickAsync();
        await Page.GetByLabel("Path", new() { Exact = true }).FillAsync("/notes/today");
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create stream" }).ClickAsync();
        await Page.WaitForURLAsync("**/streams/notes/today");
        await Page.EventRow(1).GetByText("created").WaitForAsync();
    }

    [Spec]
    public async Task a_path_that_cannot_be_is_refused_with_the_reason()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?panel=new");
        await Page.GetByLabel("Path", new() { Exact = true }).FillAsync("/Not A Path");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create stream" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("path").WaitForAsync();
    }

    [Spec]
    public async Task a_new_grandchild_appears_under_its_folder_while_the_list_is_open()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("Children of /agents", new() { Exact = true }).ClickAsync();
        await Page.StreamCard("/agents/triage").GetByText("2 events").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage/today", 3);
        await Page.GetByLabel("Children of /agents/triage").ClickAsync();
        await Page.StreamCard("/agents/triage/today").GetByText("4 events").WaitForAsync();
        var chevron = await Page.GetByLabel("Children of /agents/triage").BoundingBoxAsync();
        chevron!.Width.ShouldBeGreaterThanOrEqualTo(44);
        chevron.Height.ShouldBeGreaterThanOrEqualTo(44);
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(375);
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task heads_and_circles_move_while_the_list_is_open()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.StreamCard("/notes").GetByText("2 events").WaitForAsync();
        await Page.StreamCard("/notes").Locator("[data-status=ok]").WaitForAsync();
        await Api.AppendNotesAsync(Project.Slug, "/notes", 40);
        await Page.StreamCard("/notes").GetByText("42 events").WaitForAsync();
        await Api.Streams.PauseAsync(new(Project.Slug, "/notes"), TestContext.Current.CancellationToken);
        await Page.StreamCard("/notes").Locator("[data-status=waiting]").WaitForAsync();
        await Page.StreamCard("/notes").GetByText("paused").WaitForAsync();
    }

    [Spec]
    public async Task order_and_search_are_in_the_address()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes/first", 1);
        await Api.AppendNotesAsync(Project.Slug, "/notes/second", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Recent" }).ClickAsync();
        await Page.WaitForURLAsync("**/streams?sort=recent");
        await Page.GetByTestId("stream-search").FillAsync("notes/");
        await Page.WaitForURLAsync("**/streams?sort=recent&q=notes%2F");
        await Page.Locator("[aria-label='Streams found'] > :first-child[data-path='/notes/second']").WaitForAsync();
        await Page.ReloadAsync();
        await Page.Locator("[aria-label='Streams found'] > :first-child[data-path='/notes/second']").WaitForAsync();
        (await Page.GetByTestId("stream-search").InputValueAsync()).ShouldBe("notes/");
        await Api.AppendNotesAsync(Project.Slug, "/notes/first", 1);
        await Page.Locator("[aria-label='Streams found'] > :first-child[data-path='/notes/first']").WaitForAsync();
    }

    [Spec]
    public async Task a_folder_has_an_address_and_the_way_back_up()
    {
        await Api.AppendNotesAsync(Project.Slug, "/agents/triage/today", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByLabel("Actions for /agents").ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Open as folder" }).ClickAsync();
        await Page.WaitForURLAsync("**/streams?under=%2Fagents");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "agents", Exact = true }).WaitForAsync();
        await Page.StreamCard("/agents/triage").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByLabel("Breadcrumb, agents").GetByText("Streams").ClickAsync();
        await Page.StreamCard("/agents").WaitForAsync();
    }

    [Spec]
    public async Task the_menu_of_a_stream_pauses_and_archives_it()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams?archived=true");
        await Page.StreamCard("/notes").GetByTestId("stream-menu-open").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Page.StreamCard("/notes").Locator("[data-status=waiting]").WaitForAsync();
        await Page.StreamCard("/notes").GetByTestId("stream-menu-open").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Page.StreamCard("/notes").Locator("[data-status=ok]").WaitForAsync();
        await Page.StreamCard("/notes").GetByTestId("stream-menu-open").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Archive" }).ClickAsync();
        await Page.StreamCard("/notes").GetByText("archived").WaitForAsync();
        await Page.StreamCard("/notes").Locator("[data-status=stopped]").WaitForAsync();
        await CheckAccessibilityAsync();
    }
}

/// <summary>The same with fingers.</summary>
public sealed class TouchingStreamsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task a_finger_that_rests_on_a_card_opens_its_menu()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.StreamCard("/notes").GetByRole(AriaRole.Link).First.DispatchEventAsync(
            "pointerdown", new { pointerType = "touch", bubbles = true, clientX = 100, clientY = 300 });
        await Page.GetByTestId("stream-menu").GetByText("Copy path").WaitForAsync();
        Page.Url.ShouldContain("of=%2Fnotes");
    }
}
