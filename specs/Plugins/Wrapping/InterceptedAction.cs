using System.Reflection;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins.Wrapping;

/// <summary>
/// Which methods are actions (requirement W-1), and how their targets and time-outs are read. The forms of pages and
/// frames that take a selector are the same actions.
/// </summary>
internal static class InterceptedAction
{
    private const string TimeoutName = nameof(LocatorClickOptions.Timeout);

    // By its name, because Playwright calls it obsolete: one day it will not wait by itself.
    private const string NoWaitAfterName = "NoWaitAfter";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        nameof(ILocator.ClickAsync),
        nameof(ILocator.DblClickAsync),
        nameof(ILocator.WaitForAsync),
        nameof(IPage.WaitForSelectorAsync),
        nameof(ILocator.FillAsync),
        nameof(ILocator.ClearAsync),
        nameof(ILocator.PressAsync),
        nameof(ILocator.PressSequentiallyAsync),
        nameof(ILocator.HoverAsync),
        nameof(ILocator.FocusAsync),
        nameof(ILocator.BlurAsync),
        nameof(ILocator.CheckAsync),
        nameof(ILocator.SelectOptionAsync),
        nameof(ILocator.TextContentAsync),
        nameof(ILocator.InnerTextAsync),
    };

    public static bool Is(object target, MethodInfo method) =>
        target is ILocator or IPage or IFrame && Names.Contains(method.Name);

    /// <summary>It waits for its target, and gives nothing back.</summary>
    public static bool IsWait(MethodInfo method) => method.Name == nameof(ILocator.WaitForAsync);

    public static IPage PageOf(object target) => target switch
    {
        ILocator locator => locator.Page,
        IPage page => page,
        IFrame frame => frame.Page,
        _ => throw new ArgumentException($"{target.GetType()} has no actions.", nameof(target)),
    };

    public static ILocator LocatorOf(object target, object?[] args) => target switch
    {
        ILocator locator => locator,
        IPage page => FirstUnlessStrict(page.Locator((string)args[0]!), args),
        IFrame frame => FirstUnlessStrict(frame.Locator((string)args[0]!), args),
        _ => throw new ArgumentException($"{target.GetType()} has no actions.", nameof(target)),
    };

    /// <summary>Only a wait can be for something else than a visible element.</summary>
    public static bool NeedsVisibleTarget(object?[] args) =>
        Option<WaitForSelectorState>(args, nameof(LocatorWaitForOptions.State)) is null or WaitForSelectorState.Visible;

    public static float? TimeoutOf(object?[] args) => Option<float>(args, TimeoutName);

    /// <summary>
    /// The arguments with another time-out, the caller's options left alone. A navigation that the action sets off is not
    /// part of it: it has a time-out of its own, and whoever needs the next page waits for it.
    /// </summary>
    public static object?[] WithTimeout(MethodInfo method, object?[] args, float milliseconds)
    {
        var options = args[^1] is null
            ? Activator.CreateInstance(method.GetParameters()[^1].ParameterType)!
            : OptionsCopy.Of(args[^1]!);
        options.GetType().GetProperty(TimeoutName)!.SetValue(options, milliseconds);
        options.GetType().GetProperty(NoWaitAfterName)?.SetValue(options, true);
        return [.. args[..^1], options];
    }

    private static ILocator FirstUnlessStrict(ILocator locator, object?[] args) =>
        Option<bool>(args, nameof(PageClickOptions.Strict)) is true ? locator : locator.First;

    private static T? Option<T>(object?[] args, string name)
        where T : struct => (T?)args[^1]?.GetType().GetProperty(name)?.GetValue(args[^1]);
}
