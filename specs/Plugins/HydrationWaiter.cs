using System.Diagnostics;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Holds actions back while a visible part of the page is drawn but not yet operable (requirement W-7). The product
/// marks such a part with <c>data-hydrated="false"</c> and sets it to true once it reacts.
/// </summary>
public sealed class HydrationWaiter : ISpecPlugin
{
    /// <summary>What is not operable yet.</summary>
    public const string Selector = """[data-hydrated="false"]""";

    /// <summary>Milliseconds a page may take to become operable.</summary>
    public const int Timeout = 10_000;

    /// <inheritdoc/>
    public string Name => "hydration-waiter";

    /// <inheritdoc/>
    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        var waiting = context.Page.Locator(Selector).Filter(new() { Visible = true }).First;
        if (await waiting.IsVisibleAsync())
        {
            context.Log.Add(Name, $"{Selector} is visible, waiting");
            await WaitUntilGoneAsync(waiting);
            context.Log.Add(Name, "everything visible is hydrated");
        }

        return await next();
    }

    private static async Task WaitUntilGoneAsync(ILocator waiting)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await waiting.WaitForAsync(new() { State = WaitForSelectorState.Hidden, Timeout = Timeout });
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(
                $"{Selector} is still visible after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: a part of the page never became operable.",
                exception);
        }
    }
}
