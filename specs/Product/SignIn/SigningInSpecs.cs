using Microsoft.Playwright;

namespace Iterate.Specs.SignIn;

public sealed class SigningInSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    protected override bool StartsSignedIn => false;

    protected override bool NeedsOwnServer => true;

    [Spec]
    public async Task the_link_survives_a_preview_and_signs_in_with_one_click_and_only_once()
    {
        var preview = await Page.Context.NewPageAsync();
        await preview.GotoAsync(Server.SignInLink.AbsoluteUri);
        await preview.GetByText("This link works once.").WaitForAsync();
        await preview.CloseAsync();

        await Page.GotoAsync(Server.SignInLink.AbsoluteUri);
        await Page.GetByText("This link works once.").WaitForAsync();
        await CheckAccessibilityAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.WaitForURLAsync("**/proj/demo/streams");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Streams", Exact = true }).WaitForAsync();

        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync(Server.SignInLink.AbsoluteUri);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alert).GetByText("This link was used already, or a newer one replaced it.").WaitForAsync();
        await CheckAccessibilityAsync();
    }

    [Spec]
    public async Task the_link_of_the_next_start_replaces_one_that_is_open()
    {
        await Page.GotoAsync(Server.SignInLink.AbsoluteUri);
        await Page.GetByText("This link works once.").WaitForAsync();
        await Server.RestartAsync();
        await Page.GotoAsync(Server.SignInLink.AbsoluteUri);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.WaitForURLAsync("**/proj/demo/streams");
    }
}
