using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class PluginSpecs(BrowserFixture fixture)
{
    [Fact]
    public async Task plugins_run_in_the_order_of_their_registration()
    {
        var record = new List<string>();
        await using (var session = await fixture.OpenAsync("<p>Here</p>", [new RecordingPlugin("a", record), new RecordingPlugin("b", record)]))
        {
            await session.Page.GetByText("Here").WaitForAsync();
        }

        record.ShouldBe(
        [
            "a before test", "b before test",
            "a before WaitForAsync", "b before WaitForAsync", "b after WaitForAsync", "a after WaitForAsync",
            "b after test", "a after test",
        ]);
    }

    [Fact]
    public void the_standard_plugins_have_their_order() =>
        StandardPlugins.Create().Select(plugin => plugin.Name).Take(3).ShouldBe(["hydration-waiter", "ui-error-reporter", "spinner-waiter"]);

    [Fact]
    public async Task a_failure_keeps_the_type_that_playwright_throws()
    {
        await using var session = await fixture.OpenAsync("<p>Twice</p><p>Twice</p>");
        await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Never").ClickAsync());
        var ambiguous = await Should.ThrowAsync<PlaywrightException>(() => session.Page.GetByText("Twice").ClickAsync());
        ambiguous.Message.ShouldContain("strict mode violation");
    }

    [Fact]
    public async Task a_stack_trace_holds_the_spec_and_none_of_the_library()
    {
        await using var session = await fixture.OpenAsync("<p>Here</p>");
        var failure = await Should.ThrowAsync<TimeoutException>(async () => await session.Page.GetByText("Never").TextContentAsync());
        failure.StackTrace.ShouldNotBeNull();
        failure.StackTrace.ShouldContain(nameof(a_stack_trace_holds_the_spec_and_none_of_the_library));
        failure.StackTrace.ShouldNotContain("PlaywrightProxy");
        failure.StackTrace.ShouldNotContain("ActionPipeline");
        failure.StackTrace.ShouldNotContain(nameof(SpinnerWaiter) + ".");
        failure.StackTrace.ShouldNotContain("generatedProxy");
        failure.StackTrace.ShouldNotContain("TaskAwaiter");
        failure.InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task advice_is_coloured_and_stands_below_the_error()
    {
        await using var session = await fixture.OpenAsync("<p>Here</p>", [new AdvisingPlugin()]);
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Never").ClickAsync());
        failure.Message.ShouldContain("\u001b[33mLook twice\u001b[0m");
        failure.Message.ShouldContain("\u001b[31mIt broke\u001b[0m");
        failure.Message.IndexOf("Look twice", StringComparison.Ordinal).ShouldBeGreaterThan(failure.Message.IndexOf("Call log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_time_out_that_the_spec_gives_is_kept()
    {
        await using var session = await fixture.OpenAsync("<p hidden>Late</p><script>window.begin = () => setTimeout(() => { document.querySelector('p').hidden = false; }, 2500)</script>");
        await session.Page.GetByText("Late").WaitForAsync(new() { Timeout = 10_000 });
    }

    private sealed class AdvisingPlugin : ISpecPlugin
    {
        public string Name => "advisor";

        public Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
        {
            context.Advise(AdviceColor.Yellow, "Look twice");
            context.Advise(AdviceColor.Red, "It broke");
            return next();
        }
    }
}
