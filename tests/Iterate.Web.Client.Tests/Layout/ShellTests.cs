using Microsoft.AspNetCore.Components.Sections;

namespace Iterate.Web.Client.Tests.Layout;

public sealed class ShellTests : KitTest
{
    private IRenderedComponent<MainLayout> Open(string address, RenderFragment body)
    {
        SetRendererInfo(new RendererInfo("Server", isInteractive: false));
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<MainLayout>(p => p.Add(l => l.Body, body));
    }

    [Fact]
    public void a_root_page_has_crumbs_actions_and_the_bottom_nav()
    {
        var page = Open("/proj/demo/streams", builder =>
        {
            builder.OpenComponent<PageHeader>(0);
            builder.AddComponentParameter(1, nameof(PageHeader.Trail), (IReadOnlyList<Choice>)[new("demo", "/proj/demo")]);
            builder.AddComponentParameter(2, nameof(PageHeader.Current), "Streams");
            builder.CloseComponent();
            builder.OpenComponent<HeaderActions>(3);
            builder.AddComponentParameter(4, nameof(HeaderActions.ChildContent), (RenderFragment)(b => b.AddMarkupContent(0, "<button>Sort</button>")));
            builder.CloseComponent();
        });
        page.Find("header .it-crumbs [aria-current=page]").TextContent.ShouldBe("Streams");
        page.Find("header .it-headeractions button").TextContent.ShouldBe("Sort");
        page.Find(".it-bottomnav [aria-current=page]").GetAttribute("href").ShouldBe("/proj/demo/streams");
        page.FindAll(".it-crumbs-back").ShouldBeEmpty();
    }

    [Fact]
    public void a_detail_page_has_a_way_back_and_no_bottom_nav()
    {
        var page = Open("/proj/demo/streams/agents/triage", builder =>
        {
            builder.OpenComponent<PageHeader>(0);
            builder.AddComponentParameter(1, nameof(PageHeader.Trail), (IReadOnlyList<Choice>)[new("Streams", "/proj/demo/streams")]);
            builder.AddComponentParameter(2, nameof(PageHeader.Current), "/agents/triage");
            builder.AddComponentParameter(3, nameof(PageHeader.Detail), true);
            builder.CloseComponent();
        });
        page.Find(".it-crumbs-back a").GetAttribute("href").ShouldBe("/proj/demo/streams");
        page.FindAll(".it-bottomnav").ShouldBeEmpty();
        page.Find(".it-sidebar-link[aria-current=page]").TextContent.ShouldBe("Streams");
    }

    [Fact]
    public void the_page_starts_unhydrated_with_a_skip_link_and_a_hidden_connection_bar()
    {
        var page = Open("/proj/demo/streams?types=a", builder => builder.AddMarkupContent(0, "<p>body</p>"));
        page.Find("[data-hydrated]").GetAttribute("data-hydrated").ShouldBe("false");
        page.Find(".it-skip").GetAttribute("href").ShouldBe("/proj/demo/streams#main");
        page.Find("main#main p").TextContent.ShouldBe("body");
        var bar = page.Find("#components-reconnect-modal");
        bar.HasAttribute("data-away").ShouldBeFalse();
        bar.TextContent.Trim().ShouldBe("Reconnecting...");
    }

    [Fact]
    public void the_sidebar_offers_the_places_that_exist_the_projects_and_signing_out()
    {
        var page = Open("/proj/relay", _ => { });
        page.FindAll(".it-sidebar-link").Select(link => link.GetAttribute("href")).ShouldBe(["/proj/relay/streams"]);
        page.Find(".it-sidebar [aria-label=Projects] [aria-current=true]").GetAttribute("href").ShouldBe("/proj/relay");
        page.Find(".it-sidebar form[method=post]").GetAttribute("action").ShouldBe("/login/sign-out");
        page.Find(".it-sidebar .it-person-name").TextContent.ShouldBe("Mira Kovac");
    }

    [Fact]
    public void outside_of_a_project_there_are_no_places()
    {
        var page = Open("/user/settings", _ => { });
        page.FindAll(".it-sidebar-link").ShouldBeEmpty();
        page.Find(".it-switcher-name").TextContent.ShouldBe("Projects");
    }

    [Fact]
    public void the_sign_in_page_stands_alone()
    {
        var page = Render<LoginLayout>(p => p.Add(l => l.Body, "<p>form</p>"));
        page.Find(".it-wordmark-large");
        page.FindAll("[data-hydrated], .it-sidebar").ShouldBeEmpty();
        page.Find(".it-login-foot").TextContent.ShouldBe("localhost");
    }

    [Fact]
    public void the_mark_says_live_only_after_its_first_interactive_drawing()
    {
        var module = JSInterop.SetupModule("./_content/Iterate.Web.Client/js/hydration.js");
        module.SetupVoid("mark", "http://localhost/proj/demo").SetVoidResult();
        Render<HydrationMark>(p => p.Add(mark => mark.Page, "http://localhost/proj/demo"));
        module.VerifyInvoke("mark").Arguments.ShouldBe(["http://localhost/proj/demo"]);
        StateOf<ConnectionState>().IsLive.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/proj/demo/streams", true)]
    [InlineData("/proj/demo/streams/agents", true)]
    [InlineData("/proj/demo/streams-old", false)]
    [InlineData("/proj/demo", false)]
    public void a_place_contains_what_lies_below_it(string path, bool expected) =>
        new Place("Streams", IconName.Streams, "/proj/demo/streams").Contains(path).ShouldBe(expected);

    [Fact]
    public void a_detail_page_without_a_place_above_is_refused() =>
        Should.Throw<ArgumentException>(() => Render<Breadcrumbs>(p => p.Add(b => b.Current, "x").Add(b => b.Detail, true)));
}
