using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class UiErrorReporterSpecs(BrowserFixture fixture)
{
    [Fact]
    public async Task visible_errors_of_the_page_stand_below_a_failure_in_red()
    {
        await using var session = await fixture.OpenAsync("""
            <p data-type="error">The disk is full.</p><p data-type="error" hidden>Hidden error.</p><p data-type="info">All is well.</p>
            """);
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        failure.Message.ShouldContain("\u001b[31mThe page shows an error: The disk is full.\u001b[0m");
        failure.Message.ShouldNotContain("Hidden error");
        failure.Message.ShouldNotContain("All is well");
    }

    [Fact]
    public async Task the_newest_console_errors_stand_below_a_failure()
    {
        await using var session = await fixture.OpenAsync("""
            <script>
            for (let i = 1; i <= 6; i++) console.error('failure ' + i);
            console.log('only news');
            setTimeout(() => { throw new Error('thrown later'); });
            </script>
            """);
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
        failure.Message.ShouldContain("The browser console says: failure 6");
        failure.Message.ShouldContain("thrown later");
        failure.Message.ShouldNotContain("failure 1");
        failure.Message.ShouldNotContain("only news");
    }

    [Fact]
    public async Task a_page_that_is_gone_does_not_hide_the_failure()
    {
        await using var session = await fixture.OpenAsync("<p>Here</p>", [new UiErrorReporter()]);
        await session.Page.CloseAsync();
        var failure = await Should.ThrowAsync<Microsoft.Playwright.PlaywrightException>(() => session.Page.GetByText("Here").ClickAsync());
        failure.Message.ShouldContain("closed");
        failure.Message.ShouldContain("could not be read");
    }
}
