using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Shell;

public sealed class ShellSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task an_unknown_page_says_so_and_leads_home()
    {
        var answer = await Page.GotoAsync("/nowhere/at/all");
        answer!.Status.ShouldBe(404);
        await Page.GetByText("Nothing here").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Go home" }).ClickAsync();
        await Page.WaitForURLAsync($"**/proj/{Project.Slug}/streams");
    }

    [Spec]
    public async Task a_stream_that_is_not_there_is_an_unknown_page()
    {
        var answer = await Page.GotoAsync($"/proj/{Project.Slug}/streams/never/made");
        answer!.Status.ShouldBe(404);
        await Page.GetByText("Nothing here").WaitForAsync();
    }

    [Spec]
    public async Task the_project_of_others_is_an_unknown_page()
    {
        var answer = await Page.GotoAsync("/proj/demo/streams");
        answer!.Status.ShouldBe(404);
        await Page.GetByText("Nothing here").WaitForAsync();
    }

    [Spec]
    public async Task the_theme_that_was_chosen_is_kept()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Page.Locator("html[data-theme=dark]").WaitForAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/@root");
        await Page.Locator("html[data-theme=dark]").WaitForAsync();
    }

    [Spec]
    public async Task signing_out_leads_to_the_sign_in_page_and_pages_ask_to_sign_in()
    {
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Page.WaitForURLAsync("**/login");
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.WaitForURLAsync("**/login?returnUrl=*");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
    }
}
