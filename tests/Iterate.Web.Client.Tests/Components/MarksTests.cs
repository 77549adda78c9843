namespace Iterate.Web.Client.Tests.Components;

public sealed class MarksTests : KitTest
{
    [Fact]
    public void every_icon_has_a_shape_and_is_silent()
    {
        foreach (var name in Enum.GetValues<IconName>())
        {
            var svg = Render<Icon>(icon => icon.Add(p => p.Name, name)).Find("svg");
            svg.GetAttribute("aria-hidden").ShouldBe("true");
            svg.ChildElementCount.ShouldBePositive(name.ToString());
        }
    }

    [Fact]
    public void every_status_has_its_own_attribute_and_is_silent()
    {
        var values = Enum.GetValues<Status>()
            .Select(status => Render<StatusCircle>(circle => circle.Add(p => p.Value, status)).Find(".it-status"))
            .ToList();
        values.ShouldAllBe(circle => circle.GetAttribute("aria-hidden") == "true");
        values.Select(circle => circle.GetAttribute("data-status")).Distinct(StringComparer.Ordinal).Count().ShouldBe(values.Count);
    }

    [Fact]
    public void only_a_moving_status_pulses()
    {
        Render<StatusCircle>(circle => circle.Add(p => p.Value, Status.Running).Add(p => p.Pulse, true)).FindAll(".it-status-pulse").Count.ShouldBe(1);
        Render<StatusCircle>(circle => circle.Add(p => p.Value, Status.Running)).FindAll(".it-status-pulse").ShouldBeEmpty();
    }

    [Fact]
    public void a_spinner_is_found_by_people_and_by_specs()
    {
        var spinner = Render<Spinner>(p => p.Add(s => s.Label, "Loading streams...")).Find("[role=status]");
        spinner.GetAttribute("data-spinner").ShouldBe("true");
        spinner.TextContent.Trim().ShouldBe("Loading streams...");
    }

    [Fact]
    public void a_spinner_that_does_not_say_what_goes_on_is_refused() =>
        Should.Throw<ArgumentException>(() => Render<Spinner>(p => p.Add(s => s.Label, "Loading")));

    [Fact]
    public void a_bare_spinner_is_still_read_out() =>
        Render<Spinner>(p => p.Add(s => s.Label, "Saving...").Add(s => s.Bare, true)).Find(".it-sr").TextContent.ShouldBe("Saving...");

    [Theory]
    [InlineData("Mira Kovac", "MK")]
    [InlineData("Mira", "M")]
    [InlineData("mira van der kovac", "MK")]
    [InlineData("", "?")]
    public void an_avatar_shows_initials(string name, string initials) =>
        Render<Avatar>(p => p.Add(a => a.Name, name)).Find(".it-avatar").TextContent.ShouldBe(initials);

    [Fact]
    public void a_project_keeps_the_case_of_its_letter() =>
        Render<Avatar>(p => p.Add(a => a.Name, "relay").Add(a => a.Square, true)).Find(".it-avatar-square").TextContent.ShouldBe("r");

    [Fact]
    public void the_wordmark_ends_with_the_block() =>
        Render<Wordmark>(p => p.Add(w => w.Large, true)).MarkupMatches("""<span class="it-wordmark it-wordmark-large">iterate<i aria-hidden="true"></i></span>""");

    [Theory]
    [InlineData(-3, "now")]
    [InlineData(0.9, "now")]
    [InlineData(4.9, "4 s")]
    [InlineData(59, "59 s")]
    [InlineData(125, "2 min")]
    [InlineData(6 * 3600, "6 h")]
    [InlineData(3 * 86400 + 5, "3 d")]
    public void relative_time_uses_the_largest_whole_unit(double secondsAgo, string text)
    {
        var time = Render<RelativeTime>(p => p.Add(t => t.At, Noon.AddSeconds(-secondsAgo))).Find("time");
        time.TextContent.ShouldBe(text);
        DateTimeOffset.Parse(time.GetAttribute("datetime")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(Noon.AddSeconds(-secondsAgo));
    }
}
