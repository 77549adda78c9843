using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class LoadingUiSpecs(BrowserFixture fixture)
{
    [Theory]
    [InlineData("""<i data-spinner="true">o</i>""")]
    [InlineData("""<section aria-busy="true">o</section>""")]
    [InlineData("""<i aria-label="Loading">o</i>""")]
    [InlineData("<p>Saving...</p>")]
    [InlineData("<p>Still saving…</p>")]
    public async Task an_action_waits_while_loading_ui_is_visible(string loadingUi)
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(2_500, loadingUi));
        await session.Page.GetByText("Ready").ClickAsync();
    }

    [Theory]
    [InlineData("<p>Once upon a time...</p>")]
    [InlineData("<p>Saving ...</p>")]
    [InlineData("<p>Saving... done</p>")]
    [InlineData("""<i data-spinner="false">o</i>""")]
    [InlineData("""<i data-spinner="true" hidden>o</i>""")]
    public async Task what_only_resembles_loading_ui_is_none(string almost)
    {
        await using var session = await fixture.OpenAsync(TestPages.ReadyAfter(TestPages.TooLate, almost));
        await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Ready").ClickAsync());
    }
}
