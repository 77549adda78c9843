using System.Collections.Concurrent;
using Iterate.Specs.Plugins;
using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;
using Xunit;

namespace Iterate.Specs;

/// <summary>
/// Leaves what a person needs to understand a failure: screenshot, trace, console log and what the server wrote
/// during that test (requirement W-25). A test that passes leaves nothing.
/// </summary>
internal sealed class FailureArtifacts(ServerLog serverLog, Func<bool> hasFailed) : ISpecPlugin
{
    private readonly ConcurrentQueue<string> _console = new();
    private readonly int _serverLogStart = serverLog.Length;

    /// <summary>Asks the runner, which knows once the test's own code has ended.</summary>
    public FailureArtifacts(ServerLog serverLog)
        : this(serverLog, () => TestContext.Current.TestState?.Result == TestResult.Failed)
    {
    }

    public string Name => "failure-artifacts";

    /// <summary>What an earlier run left would be taken for this one's.</summary>
    public void Configure(BrowserNewContextOptions context, SpecSessionOptions session)
    {
        if (Directory.Exists(session.ArtifactsDirectory))
        {
            Directory.Delete(session.ArtifactsDirectory, recursive: true);
        }
    }

    public async Task BeforeTestAsync(SpecSession session)
    {
        var context = session.Context.Unwrap();
        context.Console += (_, message) => _console.Enqueue($"{message.Type}: {message.Text}");
        context.WebError += (_, error) => _console.Enqueue($"uncaught: {error.Error}");
        await context.Tracing.StartAsync(new() { Snapshots = true, Sources = true });
    }

    public async Task AfterTestAsync(SpecSession session)
    {
        var context = session.Context.Unwrap();
        if (!hasFailed())
        {
            await context.Tracing.StopAsync();
            return;
        }

        var folder = Directory.CreateDirectory(session.Options.ArtifactsDirectory).FullName;
        await context.Tracing.StopAsync(new() { Path = Path.Combine(folder, "trace.zip") });
        await File.WriteAllLinesAsync(Path.Combine(folder, "console.log"), _console);
        await File.WriteAllLinesAsync(Path.Combine(folder, "server.log"), serverLog.Since(_serverLogStart));
        foreach (var (index, page) in context.Pages.Index())
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, index == 0 ? "screenshot.png" : $"screenshot-{index}.png"), Timeout = 10_000 });
        }
    }
}
