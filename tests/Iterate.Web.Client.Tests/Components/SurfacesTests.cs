namespace Iterate.Web.Client.Tests.Components;

public sealed class SurfacesTests : KitTest
{
    [Fact]
    public void a_linked_card_has_exactly_one_link_and_a_chevron()
    {
        var card = Render<Card>(p => p.Add(c => c.Title, "/agents/triage").Add(c => c.Href, "/x").Add(c => c.Status, Status.Ok).AddChildContent("12 events"));
        card.FindAll("a").ShouldHaveSingleItem().TextContent.ShouldBe("/agents/triage");
        card.FindAll(".it-card-chevron").Count.ShouldBe(1);
        card.FindAll("[data-status=ok]").Count.ShouldBe(1);
    }

    [Fact]
    public void an_action_takes_the_place_of_the_chevron()
    {
        var card = Render<Card>(p => p.Add(c => c.Title, "bold-otter").Add(c => c.Href, "/x").Add(c => c.Action, "<button>menu</button>"));
        card.FindAll(".it-card-chevron").ShouldBeEmpty();
        card.Find(".it-card-action button").TextContent.ShouldBe("menu");
    }

    [Fact]
    public void a_busy_card_spins_in_the_place_of_its_circle()
    {
        var card = Render<Card>(p => p.Add(c => c.Title, "calm-heron").Add(c => c.Status, Status.Starting).Add(c => c.BusyLabel, "Starting..."));
        card.FindAll(".it-status").ShouldBeEmpty();
        card.Find("[data-spinner]").TextContent.Trim().ShouldBe("Starting...");
    }

    [Fact]
    public void an_empty_state_says_what_and_offers_one_action()
    {
        var empty = Render<EmptyState>(p => p.Add(e => e.Icon, IconName.Streams).Add(e => e.Title, "No streams yet").Add(e => e.Text, "A stream appears with its first event.").AddChildContent("<button>Append</button>"));
        empty.Find("h2").TextContent.ShouldBe("No streams yet");
        empty.Find(".it-empty-actions button").TextContent.ShouldBe("Append");
    }

    [Fact]
    public void an_error_state_names_code_status_and_trace_and_tries_again()
    {
        var tries = 0;
        var error = Render<ErrorState>(p => p.Add(e => e.Title, "This stream did not load").Add(e => e.Text, "Nothing was changed.")
            .Add(e => e.Code, ErrorCodes.DatabaseUnavailable).Add(e => e.TraceId, "4bf9").Add(e => e.OnRetry, () => tries++));
        error.FindAll("dd").Select(fact => fact.TextContent).ShouldBe(["database-unavailable", "503", "4bf9"]);
        error.Find("[data-type=error]").GetAttribute("role").ShouldBe("alert");
        error.Find("[data-copy]").GetAttribute("data-copy")!.ShouldContain("trace: 4bf9");
        error.Find(".it-btn-primary").Click();
        tries.ShouldBe(1);
    }

    [Fact]
    public void a_closed_sheet_draws_nothing() =>
        Render<Sheet>(p => p.Add(s => s.Open, false).Add(s => s.Title, "Event").AddChildContent("body")).Markup.Trim().ShouldBeEmpty();

    [Fact]
    public void an_open_sheet_is_a_named_modal_dialog_that_button_and_scrim_close()
    {
        var closed = 0;
        var sheet = Render<Sheet>(p => p.Add(s => s.Open, true).Add(s => s.Title, "Event 8,204").Add(s => s.OnClose, () => closed++).AddChildContent("body").Add(s => s.Foot, "<button>Copy</button>"));
        var dialog = sheet.Find("[role=dialog][aria-modal=true]");
        sheet.Find($"#{dialog.GetAttribute("aria-labelledby")}").TextContent.ShouldBe("Event 8,204");
        sheet.Find("modal-sheet [data-dismiss]").Click();
        sheet.Find(".it-scrim").Click();
        closed.ShouldBe(2);
    }

    [Fact]
    public async Task toasts_appear_newest_lowest_and_leave_when_dismissed()
    {
        var host = Render<ToastHost>();
        await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Success, "Saved")));
        await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Error, "Failed")));
        host.WaitForAssertion(() => host.FindAll(".it-toast").Select(toast => (toast.GetAttribute("data-type"), toast.GetAttribute("role"))).ShouldBe([("success", "status"), ("error", "alert")]));
        await host.Find("[aria-label='Dismiss: Failed']").ClickAsync(new());
        host.WaitForAssertion(() => host.FindAll(".it-toast").ShouldHaveSingleItem().TextContent.ShouldContain("Saved"));
    }

    [Fact]
    public async Task a_toast_runs_its_one_action_and_leaves()
    {
        var undone = 0;
        var host = Render<ToastHost>();
        await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Success, "Saved", new("Undo", () => Task.FromResult(undone++)))));
        await host.WaitForElement(".it-toast .it-btn").ClickAsync(new());
        undone.ShouldBe(1);
        host.WaitForAssertion(() => host.FindAll(".it-toast").ShouldBeEmpty());
    }
}
