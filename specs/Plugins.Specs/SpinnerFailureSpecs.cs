using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class SpinnerFailureSpecs(BrowserFixture fixture)
{
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(1.6);

    [Fact]
    public async Task an_action_fails_fast_without_loading_ui()
    {
        await using var session = await fixture.OpenAsync("<p>Nothing moves.</p>");

        // A busy machine may hold up an attempt; it does not hurry any.
        var fastest = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 5 && fastest > Fast; attempt++)
        {
            var time = await TimeToFailAsync(session);
            fastest = time < fastest ? time : fastest;
        }

        fastest.ShouldBeInRange(TimeSpan.FromSeconds(1), Fast);
    }

    [Fact]
    public async Task a_failure_without_loading_ui_gives_four_lines_of_advice()
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(TestPages.TooLate, """<i class="spinner">o</i>"""));
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        var advice = failure.Message.Split('\n').Where(line => line.StartsWith("\u001b[33m", StringComparison.Ordinal)).ToArray();
        advice.Length.ShouldBe(4);
        advice[0].ShouldContain("put a spinner into the product");
        advice[1].ShouldContain("People");
        advice[2].ShouldContain("""data-spinner="true", aria-busy="true" or aria-label="Loading", or a text such as "Saving...".""");
        advice[3].ShouldContain("""page.Locator("[data-spinner=\"true\"]").Or(page.Locator("[aria-busy=\"true\"]")).Or(""");
    }

    [Fact]
    public async Task a_disabled_waiter_does_not_wait()
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(TestPages.TooLate, TestPages.Spinner));
        await SpinnerWaiter.Settings.Run(new() { Disabled = true }, async () =>
        {
            await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        });
    }

    [Fact]
    public async Task a_spinner_that_outlives_the_budget_is_called_stuck()
    {
        await using var session = await fixture.OpenAsync(TestPages.Spinner);
        var started = Stopwatch.GetTimestamp();
        await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = 3_500 }, async () =>
        {
            var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
            failure.Message.ShouldMatch(@"still visible after \d\.\d s, so the UI is likely stuck");
            failure.Message.ShouldContain("""<i data-spinner="true"></i>""");
        });
        Stopwatch.GetElapsedTime(started).ShouldBeInRange(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task a_spinner_that_goes_without_the_target_fails_a_second_later()
    {
        await using var session = await fixture.OpenAsync(TestPages.Spinner + "<script>window.begin = () => setTimeout(() => document.querySelector('i').remove(), 1500)</script>");
        var started = Stopwatch.GetTimestamp();
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        failure.Message.ShouldContain("loading UI went away, and the target was still absent 1.0 s later");
        Stopwatch.GetElapsedTime(started).ShouldBeInRange(TimeSpan.FromSeconds(2.2), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task a_failure_carries_the_log_of_the_wait()
    {
        await using var session = await fixture.OpenAsync(TestPages.Spinner + "<script>window.begin = () => setTimeout(() => document.querySelector('i').remove(), 900)</script>");
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        failure.Message.ShouldMatch(@"ClickAsync on .*Ready");
        failure.Message.ShouldMatch(@"\+0\.\d{3} s.*  spinner-waiter: the target is not visible, loading UI is");
        failure.Message.ShouldMatch(@"\+\d\.\d{3} s to \+\d\.\d{3} s, \d+ times  spinner-waiter: neither the target nor loading UI is visible");
    }

    private static async Task<TimeSpan> TimeToFailAsync(SpecSession session)
    {
        var started = Stopwatch.GetTimestamp();
        await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        return Stopwatch.GetElapsedTime(started);
    }
}
