using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class SpinnerWaiterSpecs(BrowserFixture fixture)
{
    [Fact]
    public async Task a_target_that_appears_within_a_second_needs_no_loading_ui()
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(600, "<p>Nothing moves.</p>"));
        await session.Page.GetByText("Ready").ClickAsync();
    }

    [Fact]
    public async Task a_selector_of_ones_own_marks_a_spinner()
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(2_500, """<i class="spinner">o</i>"""));
        await SpinnerWaiter.Settings.Run(new() { SpinnerSelectors = [".spinner"] }, async () =>
        {
            await session.Page.GetByText("Ready").ClickAsync();
        });
    }

    [Fact]
    public async Task a_spinner_that_flickers_for_less_than_one_poll_does_not_shorten_the_wait()
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(4_000, TestPages.Spinner) + """
            <script>setInterval(() => {
                const spinner = document.querySelector('i');
                if (spinner) { spinner.hidden = true; setTimeout(() => { spinner.hidden = false; }, 60); }
            }, 400)</script>
            """);
        await session.Page.GetByText("Ready").ClickAsync();
    }

    [Fact]
    public async Task loading_ui_that_comes_and_goes_in_turns_is_waited_for()
    {
        await using var session = await fixture.OpenAsync("""
            <p>Opening...</p><script>
            const later = (milliseconds, text) => setTimeout(() => { document.querySelector('p').textContent = text; }, milliseconds);
            window.begin = () => { later(1200, 'Almost'); later(1800, 'Drawing...'); later(3200, 'Ready'); };
            </script>
            """);
        await session.Page.GetByText("Ready").ClickAsync();
    }

    [Fact]
    public async Task the_action_after_a_spinner_has_its_own_time()
    {
        await using var session = await fixture.OpenAsync("""
            <i data-spinner="true">o</i><button hidden disabled>Ready</button><script>
            const button = document.querySelector('button');
            window.begin = () => {
                setTimeout(() => { button.hidden = false; document.querySelector('i').remove(); }, 1500);
                setTimeout(() => { button.disabled = false; }, 2550);
            };
            </script>
            """);
        await session.Page.GetByText("Ready").ClickAsync();
    }

    [Fact]
    public async Task a_wait_until_something_is_gone_does_not_wait_for_it_to_appear()
    {
        await using var session = await fixture.OpenAsync(TestPages.Spinner);
        var started = Stopwatch.GetTimestamp();
        await session.Page.GetByText("Absent").WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Hidden });
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task a_target_that_was_seen_may_go_with_its_page_the_next_moment()
    {
        await using var session = await fixture.OpenAsync("<p>Ready</p>", [new SpinnerWaiter(), new Leaving()]);
        await session.Page.GetByText("Ready").WaitForAsync();
        await session.Page.GetByText("Elsewhere").WaitForAsync();
    }

    /// <summary>Takes the page away between the look and the action.</summary>
    private sealed class Leaving : ISpecPlugin
    {
        public string Name => "leaving";

        public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
        {
            await context.Page.SetContentAsync("<p>Elsewhere</p>");
            return await next();
        }
    }
}
