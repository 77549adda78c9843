using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Lets short time-outs and slow work live together: an action waits for an absent target only as long as the page
/// says that it is busy (requirements W-4 to W-6). A page that says nothing fails at once, with advice.
/// </summary>
/// <remarks>
/// One rule decides: the target may be absent for a second, counted from the start or from the last moment at which
/// loading UI was seen, and for the spinner budget in all. On a machine so slow that a second holds only a look or two,
/// a second alone proves nothing, so a few looks in a row must have found nothing as well.
/// </remarks>
public sealed class SpinnerWaiter : ISpecPlugin
{
    /// <summary>Milliseconds a target may be absent while nothing says that the page is busy.</summary>
    internal const int Patience = 1_000;

    /// <summary>Looks in a row that must have found nothing before a target counts as absent.</summary>
    private const int FewestLooks = 5;

    /// <summary>Milliseconds of the budget that are kept for the action.</summary>
    private const int ActionReserve = 2_000;

    /// <summary>Milliseconds a budget must exceed.</summary>
    internal const int ShortestBudget = ActionReserve + Patience;

    /// <summary>Milliseconds the action gets at least; Playwright takes 0 for no limit.</summary>
    private const float LastTry = 250;

    private const string StartTag = "element => element.cloneNode(false).outerHTML";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Settings of the scope that asks.</summary>
    public static AmbientSpinnerSettings Settings { get; } = new();

    /// <inheritdoc/>
    public string Name => "spinner-waiter";

    /// <inheritdoc/>
    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        var settings = Settings.Current;
        if (settings.Disabled || !context.NeedsVisibleTarget)
        {
            return await next();
        }

        var started = context.Log.Elapsed;
        var loading = LoadingUi(context.Page, settings);
        var sight = await WaitAsync(context, settings, loading);
        var waited = (float)(context.Log.Elapsed - started).TotalMilliseconds;
        switch (sight)
        {
            case Sight.Target:
                return await next();
            case Sight.TargetAfterLoading:
                context.Timeout = Math.Max(context.Timeout, ActionReserve);
                return await next();
            case Sight.Nothing:
                context.Timeout = Math.Max(context.Timeout - waited, LastTry);
                return await LastTryAsync(context, settings, next);
            case Sight.LoadingEnded:
                throw new TimeoutException(
                    $"{context.Locator} did not appear: loading UI went away, and the target was still absent {Seconds(Patience)} later.");
            default:
                throw new TimeoutException(
                    $"{context.Locator} did not appear: loading UI was still visible after {Seconds(waited)}, "
                    + $"so the UI is likely stuck. Visible: {string.Join(", ", await PageReading.VisibleAsync(loading, StartTag))}");
        }
    }

    private async Task<Sight> WaitAsync(ActionContext context, SpinnerSettings settings, ILocator loading)
    {
        var start = context.Log.Elapsed;
        var budget = TimeSpan.FromMilliseconds(settings.SpinnerTimeout - ActionReserve);
        var patience = TimeSpan.FromMilliseconds(Patience);
        TimeSpan? loadingSeen = null;
        var looksInVain = 0;

        using var polls = new PeriodicTimer(TimeSpan.FromMilliseconds(settings.PollInterval));
        do
        {
            if (await context.Locator.IsVisibleAsync())
            {
                context.Log.Add(Name, "the target is visible");
                context.TargetSeen = true;
                return loadingSeen is null ? Sight.Target : Sight.TargetAfterLoading;
            }

            var busy = await loading.First.IsVisibleAsync();
            context.Log.Add(Name, busy ? "the target is not visible, loading UI is" : "neither the target nor loading UI is visible");
            var now = context.Log.Elapsed - start;
            (loadingSeen, looksInVain) = busy ? (now, 0) : (loadingSeen, looksInVain + 1);
            if (busy && now >= budget)
            {
                return Sight.LoadingForever;
            }

            if (looksInVain >= FewestLooks && now - (loadingSeen ?? TimeSpan.Zero) >= patience)
            {
                return loadingSeen is null ? Sight.Nothing : Sight.LoadingEnded;
            }
        }
        while (await polls.WaitForNextTickAsync());
        throw new InvalidOperationException("The poll timer stopped while it was waited for.");
    }

    private static async Task<object?> LastTryAsync(ActionContext context, SpinnerSettings settings, Func<Task<object?>> next)
    {
        try
        {
            return await next();
        }
        catch (Exception exception) when (ActionFailure.IsOne(exception))
        {
            context.Advise(AdviceColor.Yellow, "Nothing on the page said that it was busy. If it was, put a spinner into the product instead of a longer time-out into the spec.");
            context.Advise(AdviceColor.Yellow, "People gain too: without one they cannot tell work from a dead button, and tap again.");
            context.Advise(AdviceColor.Yellow, """A spinner is anything visible with data-spinner="true", aria-busy="true" or aria-label="Loading", or a text such as "Saving...".""");
            context.Advise(AdviceColor.Yellow, $"This locator would match it: {LocatorInWords(settings)}");
            throw;
        }
    }

    private static ILocator LoadingUi(IPage page, SpinnerSettings settings) =>
        settings.SpinnerSelectors.Select(selector => page.Locator(selector)).Aggregate((either, or) => either.Or(or))
            .Filter(new() { Visible = true });

    // Playwright shortens its own text of a long locator.
    private static string LocatorInWords(SpinnerSettings settings) =>
        settings.SpinnerSelectors.Select(selector => $"page.Locator({JsonSerializer.Serialize(selector, Readable)})")
            .Aggregate((either, or) => $"{either}.Or({or})");

    private static string Seconds(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s");

    private enum Sight
    {
        /// <summary>The target, before any loading UI.</summary>
        Target,

        /// <summary>The target, after loading UI.</summary>
        TargetAfterLoading,

        /// <summary>Neither, ever.</summary>
        Nothing,

        /// <summary>Loading UI that went away without the target coming.</summary>
        LoadingEnded,

        /// <summary>Loading UI beyond the budget.</summary>
        LoadingForever,
    }
}
