using System.Text.RegularExpressions;
using Bunit;
using Iterate.Web.Client.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Web.Client.Tests.Streams;

public sealed partial class EventStreamListTests : BunitContext
{
    [Fact]
    public void Element_carries_its_address_and_survives_enhanced_navigation()
    {
        var element = RenderList().Find("event-stream");

        element.GetAttribute("project").ShouldBe("demo");
        element.GetAttribute("path").ShouldBe("/git/commits");
        element.ParentElement!.GetAttribute("data-permanent").ShouldBe("stream:demo:/git/commits");
    }

    [Fact]
    public void First_paint_has_the_frame_and_says_that_it_loads()
    {
        var list = RenderList();

        list.Find("[data-testid=follow-toggle]").GetAttribute("aria-pressed").ShouldBe("true");
        list.Find("[data-testid=jump-to-latest]").HasAttribute("hidden").ShouldBeTrue();
        list.Find("[data-part=above]").GetAttribute("data-state").ShouldBe("loading");
        list.Find("[data-part=above] [data-spinner=true]").GetAttribute("aria-label").ShouldBe("Loading events...");
    }

    [Fact]
    public void Every_part_the_modules_ask_for_is_in_the_frame()
    {
        var asked = Directory.EnumerateFiles(ModulesFolder(), "*.js")
            .SelectMany(file => PartAsked().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["part"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var list = RenderList();

        asked.Count.ShouldBeGreaterThan(10);
        asked.Where(part => list.FindAll($"[data-part='{part}']").Count != 1).ShouldBeEmpty();
    }

    private IRenderedComponent<EventStreamList> RenderList() => Render<EventStreamList>(parameters => parameters
        .Add(list => list.Project, "demo")
        .Add(list => list.Path, "/git/commits")
        .Add(list => list.SignInUrl, "/login"));

    private static string ModulesFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Iterate.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return Path.Combine(folder.FullName, "Iterate.Web.Client", "wwwroot", "streams");
    }

    [GeneratedRegex("""(?:\.part|#text)\("(?<part>[a-z-]+)"[,)]""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PartAsked();
}
