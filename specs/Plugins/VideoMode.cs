using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Makes a video a person can follow: each target gets a gold outline and a pause before the spec acts on it, the end
/// stays on screen, and the video is kept under the session's artifacts (requirement W-9).
/// </summary>
/// <remarks>
/// Only actions of the spec's own body are slowed down: those called from a class whose name ends in <c>Specs</c>, so
/// not those of fixtures that set the scene.
/// </remarks>
public sealed class VideoMode : ISpecPlugin
{
    private const string Outline = """
        elements => elements.forEach(element => {
            const before = element.style.outline;
            element.style.outline = '3px solid gold';
            setTimeout(() => { element.style.outline = before; }, 1500);
        })
        """;

    private static readonly TimeSpan PauseBeforeAction = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAtEnd = TimeSpan.FromSeconds(3);

    /// <summary><c>VIDEO_MODE</c> is set.</summary>
    public static bool IsOn => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("VIDEO_MODE"));

    /// <inheritdoc/>
    public string Name => "video-mode";

    /// <inheritdoc/>
    public void Configure(BrowserNewContextOptions context, SpecSessionOptions session)
    {
        context.RecordVideoDir = Path.Combine(session.ArtifactsDirectory, "video");
        context.RecordVideoSize = context.ViewportSize is { } viewport ? new() { Width = viewport.Width, Height = viewport.Height } : null;
    }

    /// <inheritdoc/>
    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        if (context.Caller?.Name.EndsWith("Specs", StringComparison.Ordinal) == true)
        {
            await context.Locator.EvaluateAllAsync<object?>(Outline);
            context.Log.Add(Name, "the target is outlined");
            await Task.Delay(PauseBeforeAction);
        }

        return await next();
    }

    /// <inheritdoc/>
    public Task AfterTestAsync(SpecSession session) => Task.Delay(PauseAtEnd);
}
