using System.Diagnostics;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Holds actions back while a visible part of the page is drawn but not yet operable (requirement W-7). The product
/// marks such a part with <c>data-hydrated="false"</c> and sets it to true once it reacts.
/// </summary>
/// <remarks>
/// What only looks (waiting for something, reading a text) goes on as soon as there is something to see: a page that
/// lost its server can still be read. A page on its way to another document is not operable either.
/// </remarks>
public sealed class HydrationWaiter : ISpecPlugin
{
    /// <summary>What is not operable yet.</summary>
    public const string Selector = """[data-hydrated="false"]""";

    /// <summary>Milliseconds a page may take to become operable.</summary>
    public const int Timeout = 10_000;

    // One look at one document: between two looks a page that is loaded anew could show its old half-truth and its new
    // emptiness. A document that is still being read may not have come to its mark yet.
    private const string IsOperable = $$"""
        () => document.readyState !== 'loading' && ![...document.querySelectorAll('{{Selector}}')].some(part => {
          const { width, height } = part.getBoundingClientRect();
          return width > 0 && height > 0 && part.checkVisibility({ visibilityProperty: true });
        })
        """;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static readonly HashSet<string> Looks = new(StringComparer.Ordinal)
    {
        nameof(ILocator.WaitForAsync), nameof(IPage.WaitForSelectorAsync), nameof(ILocator.TextContentAsync), nameof(ILocator.InnerTextAsync),
    };

    /// <inheritdoc/>
    public string Name => "hydration-waiter";

    /// <inheritdoc/>
    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        if (!await IsOperableAsync(context.Page))
        {
            context.Log.Add(Name, $"{Selector} is visible, waiting");
            await WaitAsync(context);
        }

        return await next();
    }

    private async Task WaitAsync(ActionContext context)
    {
        var started = Stopwatch.GetTimestamp();
        using var polls = new PeriodicTimer(PollInterval);
        do
        {
            if (Looks.Contains(context.Method) && context.NeedsVisibleTarget && await context.Locator.IsVisibleAsync())
            {
                context.Log.Add(Name, "what is looked for is there");
                return;
            }

            if (await IsOperableAsync(context.Page))
            {
                context.Log.Add(Name, "everything visible is hydrated");
                return;
            }
        }
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < Timeout && await polls.WaitForNextTickAsync());
        throw new TimeoutException(
            $"{Selector} is still visible after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: a part of the page never became operable.");
    }

    private static async Task<bool> IsOperableAsync(IPage page)
    {
        try
        {
            return await page.EvaluateAsync<bool>(IsOperable);
        }
        catch (PlaywrightException exception) when (exception.Message.Contains("Execution context was destroyed", StringComparison.Ordinal))
        {
            return false; // On its way to another document.
        }
    }
}
