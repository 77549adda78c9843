using System.Threading.Channels;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Streams;

public sealed class AppendingEventsSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task an_event_appended_in_the_composer_appears_at_the_tail()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 4);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("event-count").GetByText("5 events").WaitForAsync();
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/finished", "payload": { "text": "Done" } }""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(6).GetByText("finished").WaitForAsync();
        await Page.GetByTestId("event-count").GetByText("6 events").WaitForAsync();
        await Page.EventStream("[data-following=true][data-last='6']").WaitForAsync();
        await Page.Locator("[data-testid=composer-textarea]:placeholder-shown").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task an_event_appended_elsewhere_appears_while_the_page_is_open()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).WaitForAsync();
        await Api.AppendAsync(Project.Slug, "/notes", "agent/input-added", """{"text":"Hello from elsewhere"}""");
        await Page.EventRow(3).GetByText("Hello from elsewhere").WaitForAsync();
        await Page.GetByTestId("event-count").GetByText("3 events").WaitForAsync();
    }

    [Spec]
    public async Task several_events_are_appended_as_a_json_array()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("""[{ "type": "batch/first" }, { "type": "batch/second" }]""");
        await Page.GetByTestId("composer-textarea").PressAsync("Control+Enter");
        await Page.EventRow(3).GetByText("first").WaitForAsync();
        await Page.EventRow(4).GetByText("second").WaitForAsync();
    }

    [Spec]
    public async Task bad_json_is_refused_with_line_and_column_and_the_draft_stays()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("{\n  \"type\": \"note/added\",\n  oops\n}");
        await Page.GetByTestId("composer-error").GetByText("Line 3, column 3").WaitForAsync();
        await Page.Locator("[data-testid=composer-append]:disabled").WaitForAsync();
        (await Page.GetByTestId("composer-textarea").InputValueAsync()).ShouldBe("{\n  \"type\": \"note/added\",\n  oops\n}");
        await CheckAccessibilityAsync();

        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/added" }""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(3).WaitForAsync();
    }

    [Spec]
    public async Task an_event_the_log_refuses_stays_in_the_composer_and_the_reason_is_told()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "stream/created" }""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("Not appended:").WaitForAsync();
        (await Page.GetByTestId("composer-textarea").InputValueAsync()).ShouldBe("""{ "type": "stream/created" }""");
    }

    [Spec]
    public async Task two_taps_on_append_commit_one_event()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/tapped-twice" }""");
        await Page.GetByTestId("composer-append").DblClickAsync();
        await Page.EventRow(3).GetByText("tapped-twice").WaitForAsync();
        await Page.Locator("[data-testid=composer-textarea]:placeholder-shown").WaitForAsync();
        var next = await Api.AppendAsync(Project.Slug, "/notes", "note/added", "{}");
        next.HeadOffset.ShouldBe(4);
    }

    [Spec]
    public async Task the_composer_begins_with_the_newest_event_of_the_most_frequent_type()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Api.AppendAsync(Project.Slug, "/notes", "note/removed", """{"number":2}""");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").ClickAsync();
        await Page.GetByTestId("composer-type").GetByText("note/removed").WaitForAsync();
        (await Page.GetByTestId("composer-textarea").InputValueAsync()).ShouldContain("Note 3");
        await CheckAccessibilityAsync();
        await Page.GetByTestId("composer-type").GetByText("note/removed").ClickAsync();
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(6).GetByText("removed").WaitForAsync();
        await Page.EventRow(6).GetByText("number").WaitForAsync();
    }

    [Spec]
    public async Task the_composer_begins_with_the_event_last_appended_here()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/mine" }""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(5).GetByText("mine").WaitForAsync();
        await Page.ReloadAsync();
        await Page.GetByTestId("composer-textarea").ClickAsync();
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(6).GetByText("mine").WaitForAsync();
    }

    [Spec]
    public async Task the_composer_grows_to_a_third_of_the_screen_and_the_list_stays_at_its_end()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 40);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(41).WaitForAsync();
        var small = await Page.GetByTestId("composer-textarea").BoundingBoxAsync();
        var lines = string.Concat(Enumerable.Repeat("1,\n", 60));
        await Page.GetByTestId("composer-textarea").FillAsync($$"""{ "type": "note/long", "payload": [{{lines}}1] }""");
        await Page.GetByTestId("composer-type").GetByText("note/added").WaitForAsync();
        var grown = await Page.GetByTestId("composer-textarea").BoundingBoxAsync();
        small!.Height.ShouldBe(44, tolerance: 4);
        grown!.Height.ShouldBe(812 * 0.35f, tolerance: 2);
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
        var rows = await Page.GetByTestId("stream-events").BoundingBoxAsync();
        var composer = await Page.GetByTestId("composer").BoundingBoxAsync();
        composer!.X.ShouldBe(rows!.X);
        composer.Width.ShouldBe(rows.Width);
        composer.Y.ShouldBe(rows.Y + rows.Height, tolerance: 1);
    }

    [Spec]
    public async Task an_append_whose_answer_was_lost_with_the_circuit_is_committed_once()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        var circuits = Channel.CreateUnbounded<IWebSocketRoute>();
        Action<IWebSocketRoute, IWebSocketFrame> answer = (page, frame) => page.Send(frame.Binary!);
        await Page.RouteWebSocketAsync(address => address.Contains("/_blazor", StringComparison.Ordinal), page =>
        {
            circuits.Writer.TryWrite(page);
            page.ConnectToServer().OnMessage(frame => answer(page, frame));
        });
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/once" }""");
        await Page.Locator("[data-testid=composer-append]:enabled").WaitForAsync();

        answer = (_, _) => { };
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(3).GetByText("once").WaitForAsync();
        answer = (page, frame) => page.Send(frame.Binary!);
        await (await circuits.Reader.ReadAsync(TestContext.Current.CancellationToken)).CloseAsync();
        await circuits.Reader.ReadAsync(TestContext.Current.CancellationToken);

        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.Locator("[data-testid=composer-textarea]:placeholder-shown").WaitForAsync();
        var next = await Api.AppendAsync(Project.Slug, "/notes", "note/added", "{}");
        next.HeadOffset.ShouldBe(4);
    }

    [Spec]
    public async Task what_was_typed_is_still_there_after_a_reload()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.GetByTestId("composer-textarea").FillAsync("""{ "type": "note/kept" }""");
        await Page.ReloadAsync();
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(3).GetByText("kept").WaitForAsync();
    }

    [Spec]
    public async Task markup_in_an_event_shows_as_text()
    {
        await Api.AppendAsync(Project.Slug, "/notes", "hostile/<b>bold</b>", """{"text":"<img src=x onerror=\"document.title='owned'\">"}""");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).GetByText("<img src=x onerror=\"document.title='owned'\">").WaitForAsync();
        await Page.EventRow(2).GetByText("<b>bold</b>").WaitForAsync();
        await Page.EventRow(2).ClickAsync();
        await Page.GetByTestId("event-sheet").GetByText("hostile/<b>bold</b>").First.WaitForAsync();
        await Page.GetByTestId("event-json").GetByText("<img src=x onerror=").WaitForAsync();
        (await Page.TitleAsync()).ShouldStartWith("/notes");
    }

    [Spec]
    public async Task an_event_is_on_the_screen_soon_after_it_was_committed()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).WaitForAsync();
        await Page.EvaluateAsync(Figures.NoteWhenRowsAreDrawn);
        var figures = new Figures("event-on-screen");
        foreach (var offset in Enumerable.Range(3, 20))
        {
            var appended = await Api.AppendAsync(Project.Slug, "/notes", "note/measured", "{}");
            await Page.EventRow(offset).WaitForAsync();
            var drawnAt = await Page.EvaluateAsync<double>("offset => window.drawnAt[offset]", offset);
            figures.Add(drawnAt - appended.Events[0].CreatedAt.ToUnixTimeMilliseconds());
        }

        await figures.WriteAsync(TestContext.Current.CancellationToken);
        figures.Largest.ShouldBeLessThan(1_000);
    }
}
