using Iterate.Specs.Plugins;
using Shouldly;
using Xunit;
using Xunit.Sdk;

namespace Iterate.Specs.FixtureTests;

/// <summary>What runs leave behind: failure artifacts, pictures, findings of axe.</summary>
public sealed class EvidenceTests(IterateFixture fixture)
{
    private const string CleanPage = """
        <!doctype html><html lang="en"><head><title>Clean</title></head><body><main><h1>Clean</h1><button>Go</button></main></body></html>
        """;

    [Fact]
    public async Task a_failed_test_leaves_screenshot_trace_and_both_logs()
    {
        var folder = Directory.CreateTempSubdirectory("evidence-").FullName;
        var log = new ServerLog();
        log.Add("before the test");
        var artifacts = new FailureArtifacts(log, hasFailed: () => true);
        await using (var session = await StartAsync(folder, artifacts))
        {
            await session.Page.EvaluateAsync("console.error('from the page')");
            log.Add("from the server");
        }

        (await File.ReadAllTextAsync(Path.Combine(folder, "console.log"), TestContext.Current.CancellationToken)).ShouldContain("error: from the page");
        (await File.ReadAllLinesAsync(Path.Combine(folder, "server.log"), TestContext.Current.CancellationToken)).ShouldBe(["from the server"]);
        new FileInfo(Path.Combine(folder, "trace.zip")).Length.ShouldBeGreaterThan(0);
        new FileInfo(Path.Combine(folder, "screenshot.png")).Length.ShouldBeGreaterThan(0);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task a_passed_test_leaves_nothing_and_takes_away_what_an_earlier_run_left()
    {
        var folder = Directory.CreateTempSubdirectory("evidence-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "console.log"), "old", TestContext.Current.CancellationToken);
        await using (await StartAsync(folder, new FailureArtifacts(new ServerLog(), hasFailed: () => false)))
        {
        }

        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task a_page_is_pictured_in_both_sizes_and_themes_and_left_as_it_was()
    {
        await using var session = await StartAsync(Path.GetTempPath());
        await session.Page.SetContentAsync("<style>:root { color-scheme: light dark; }</style>" + CleanPage);
        await Screens.CaptureAsync(session.Page, "fixture-test");
        string[] names = ["375-light", "375-dark", "1280-light", "1280-dark"];
        var files = names.Select(name => Path.Combine(Repository.Artifacts, "screens", $"fixture-test-{name}.png")).ToArray();
        files.Select(File.ReadAllBytes).Select(Convert.ToBase64String).Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
        session.Page.ViewportSize!.Width.ShouldBe(375);
        (await session.Page.EvaluateAsync<bool>("matchMedia('(prefers-color-scheme: light)').matches")).ShouldBeTrue();
        Array.ForEach(files, File.Delete);
    }

    [Fact]
    public async Task a_clean_page_passes_axe_and_a_poor_one_is_told_what_and_where()
    {
        await using var session = await StartAsync(Path.GetTempPath());
        await session.Page.SetContentAsync(CleanPage);
        await Accessibility.CheckAsync(session.Page);

        await session.Page.SetContentAsync(CleanPage.Replace("<button>Go</button>", """<button class="bare"></button>""", StringComparison.Ordinal));
        var failure = await Should.ThrowAsync<FailException>(() => Accessibility.CheckAsync(session.Page));
        failure.Message.ShouldContain("button-name");
        failure.Message.ShouldContain("""button  <button class="bare"></button>""");
    }

    private Task<SpecSession> StartAsync(string folder, params ISpecPlugin[] plugins) => SpecSession.StartAsync(fixture.Browser, new()
    {
        Name = TestContext.Current.Test!.TestDisplayName,
        ArtifactsDirectory = folder,
        Context = new() { ViewportSize = Viewport.Phone },
        Plugins = plugins,
    });
}
