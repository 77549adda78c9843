using System.Diagnostics;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class VideoModeSpecs(BrowserFixture fixture)
{
    private const string Page = """
        <button>Go</button><script>
        const button = document.querySelector('button');
        new MutationObserver(() => { document.body.dataset.outline ??= button.style.outline; }).observe(button, { attributes: true });
        </script>
        """;

    [Fact]
    public async Task actions_of_the_spec_are_outlined_in_gold_and_slowed_down()
    {
        await using var session = await fixture.OpenAsync(Page, [new UnrecordedVideoMode()]);
        var started = Stopwatch.GetTimestamp();
        await session.Page.GetByText("Go").ClickAsync();
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.99));
        (await session.Page.Locator("body").GetAttributeAsync("data-outline")).ShouldBe("gold solid 3px");
    }

    [Fact]
    public async Task actions_of_a_fixture_are_left_alone()
    {
        await using var session = await fixture.OpenAsync(Page, [new UnrecordedVideoMode()]);
        await SceneSetter.ClickGoAsync(session);
        (await session.Page.Locator("body").GetAttributeAsync("data-outline")).ShouldBeNull();
    }

    [Fact]
    public async Task the_end_stays_on_screen()
    {
        var session = await fixture.OpenAsync(Page, [new UnrecordedVideoMode()]);
        var started = Stopwatch.GetTimestamp();
        await session.DisposeAsync();
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(2.99));
    }

    [Fact]
    public void the_video_is_kept_with_the_artifacts_in_the_size_of_the_viewport()
    {
        var context = new BrowserNewContextOptions { ViewportSize = new() { Width = 375, Height = 812 } };
        new VideoMode().Configure(context, new() { Name = "name", ArtifactsDirectory = "kept" });
        context.RecordVideoDir.ShouldBe(Path.Combine("kept", "video"));
        context.RecordVideoSize!.Width.ShouldBe(375);
        context.RecordVideoSize.Height.ShouldBe(812);
    }

    /// <summary>Recording needs ffmpeg, which a machine may lack; everything else does not.</summary>
    private sealed class UnrecordedVideoMode : ISpecPlugin
    {
        private readonly VideoMode _videoMode = new();

        public string Name => _videoMode.Name;

        public Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next) => _videoMode.InvokeAsync(context, next);

        public Task AfterTestAsync(SpecSession session) => _videoMode.AfterTestAsync(session);
    }
}

/// <summary>Not a spec by name.</summary>
internal static class SceneSetter
{
    public static Task ClickGoAsync(SpecSession session) => session.Page.GetByText("Go").ClickAsync();
}
