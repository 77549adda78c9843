using Shouldly;
using Xunit;

namespace Iterate.Specs.FixtureTests;

/// <summary>What a spec finds when it begins.</summary>
public sealed class SceneTests(IterateFixture fixture) : IterateSpec(fixture)
{
    [Spec]
    public async Task a_spec_begins_signed_in_with_a_project_of_its_own_on_a_phone()
    {
        Page.ViewportSize!.Width.ShouldBe(375);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        Page.Url.ShouldEndWith($"/proj/{Project.Slug}/streams");
        var mine = await Api.Projects.ListAsync(new(), TestContext.Current.CancellationToken);
        mine.Projects.Select(project => project.Slug).ShouldBe([Project.Slug]);
        Project.OrganizationName.ShouldStartWith("Organization ");
        Person.IsSystemAdmin.ShouldBeFalse();
    }

    [Spec]
    public async Task the_api_client_arranges_events()
    {
        var appended = await Api.AppendAsync(Project.Slug, "/scene/one", "scene/arranged", """{"n":1}""");
        appended.CommittedCount.ShouldBe(1);
        appended.Events.ShouldHaveSingleItem().Type.ShouldBe("scene/arranged");
    }
}

/// <summary>The same for specs that ask for something else.</summary>
public sealed class OtherSceneTests(IterateFixture fixture) : IterateSpec(fixture)
{
    private readonly IterateFixture _fixture = fixture;

    protected override Microsoft.Playwright.ViewportSize Screen => Viewport.Desktop;

    protected override bool StartsSignedIn => false;

    protected override bool NeedsOwnServer => true;

    [Spec]
    public async Task a_spec_can_begin_as_nobody_on_a_desktop_with_a_server_of_its_own()
    {
        Page.ViewportSize!.Width.ShouldBe(1280);
        Server.ShouldNotBeSameAs(_fixture.Server);
        (await Page.Context.CookiesAsync()).ShouldBeEmpty();
        Server.SignInLink.AbsolutePath.ShouldBe("/login/link");
        Server.SignInLink.Fragment.Length.ShouldBeGreaterThan(20);
        (await Page.GotoAsync(Server.SignInLink.AbsoluteUri))!.Status.ShouldBe(200);
    }
}
