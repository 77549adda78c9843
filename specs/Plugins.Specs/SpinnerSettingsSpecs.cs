using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class SpinnerSettingsSpecs(BrowserFixture fixture)
{
    [Fact]
    public async Task a_scope_covers_exactly_what_it_awaits()
    {
        await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = 120_000 }, async () =>
        {
            await Task.Yield();
            SpinnerWaiter.Settings.Current.SpinnerTimeout.ShouldBe(120_000);
        });
        SpinnerWaiter.Settings.Current.SpinnerTimeout.ShouldBe(30_000);
    }

    [Fact]
    public async Task nested_scopes_win_and_keep_what_they_do_not_set()
    {
        await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = 120_000, PollInterval = 50 }, async () =>
        {
            await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = 5_000 }, () =>
            {
                SpinnerWaiter.Settings.Current.SpinnerTimeout.ShouldBe(5_000);
                SpinnerWaiter.Settings.Current.PollInterval.ShouldBe(50);
                return Task.CompletedTask;
            });
            SpinnerWaiter.Settings.Current.SpinnerTimeout.ShouldBe(120_000);
        });
    }

    [Fact]
    public async Task a_nested_scope_decides_over_a_real_wait()
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(5_000, TestPages.Spinner));
        await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = 60_000 }, async () =>
        {
            await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = 3_100 }, async () =>
            {
                await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
            });
            await session.Page.GetByText("Ready").ClickAsync();
        });
    }

    [Fact]
    public async Task two_parallel_tests_never_see_each_others_budget()
    {
        var patient = ClickReadyAsync(60_000);
        var hasty = ClickReadyAsync(3_100);
        await patient;
        var failure = await Should.ThrowAsync<TimeoutException>(hasty);
        failure.Message.ShouldContain("stuck");
    }

    [Fact]
    public async Task a_scope_hands_out_what_its_body_returns() =>
        (await SpinnerWaiter.Settings.Run(new() { PollInterval = 20 }, () => Task.FromResult(SpinnerWaiter.Settings.Current.PollInterval))).ShouldBe(20);

    [Theory]
    [InlineData(3_000)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task a_budget_of_three_seconds_or_less_is_refused(int budget)
    {
        var ran = false;
        await Should.ThrowAsync<ArgumentException>(() => SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = budget }, () =>
        {
            ran = true;
            return Task.CompletedTask;
        }));
        ran.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public async Task a_poll_interval_without_sense_is_refused(int interval) =>
        await Should.ThrowAsync<ArgumentException>(() => SpinnerWaiter.Settings.Run(new() { PollInterval = interval }, () => Task.CompletedTask));

    [Fact]
    public async Task no_selector_at_all_is_refused() =>
        await Should.ThrowAsync<ArgumentException>(() => SpinnerWaiter.Settings.Run(new() { SpinnerSelectors = [] }, () => Task.CompletedTask));

    private async Task ClickReadyAsync(int budget)
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(5_000, TestPages.Spinner));
        await SpinnerWaiter.Settings.Run(new() { SpinnerTimeout = budget }, async () => await session.Page.GetByText("Ready").ClickAsync());
    }
}
