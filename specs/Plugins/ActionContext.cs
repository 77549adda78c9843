using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>One action of a spec on its way to the browser.</summary>
public sealed class ActionContext
{
    private readonly List<Advice> _advice = [];

    /// <summary>What the action aims at, as Playwright's own object.</summary>
    public required ILocator Locator { get; init; }

    /// <summary>The page it happens on, as Playwright's own object.</summary>
    public required IPage Page { get; init; }

    /// <summary>Playwright's name of the action, such as <c>ClickAsync</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Arguments as the spec gave them, wrapped objects replaced by Playwright's own.</summary>
    public required IReadOnlyList<object?> Args { get; init; }

    /// <summary>The action can succeed only on a visible target. False for waits until something is gone or merely attached.</summary>
    public required bool NeedsVisibleTarget { get; init; }

    /// <summary>
    /// The target was visible when a middleware looked. A wait for it is over with that, also when a page that is loaded
    /// anew takes it away the next moment.
    /// </summary>
    public bool TargetSeen { get; set; }

    /// <summary>The class whose code called the action; lambdas and async bodies count as the class around them.</summary>
    public required Type? Caller { get; init; }

    /// <summary>
    /// Milliseconds Playwright may spend on the action itself: what the spec gave, else the session's action time-out.
    /// A middleware may change it before it goes on.
    /// </summary>
    public required float Timeout { get; set; }

    /// <summary>What happened so far; a failure carries it (requirement W-10).</summary>
    public ActionLog Log { get; } = new();

    /// <summary>Lines that stand below the error if the action fails.</summary>
    public IReadOnlyList<Advice> Advice => _advice;

    /// <summary>Appends a line below the error if the action fails.</summary>
    public void Advise(AdviceColor color, string line) => _advice.Add(new(color, line));
}

/// <summary>A line below an error.</summary>
public sealed record Advice(AdviceColor Color, string Line);

/// <summary>How loud a line is.</summary>
public enum AdviceColor
{
    /// <summary>What to do about it.</summary>
    Yellow,

    /// <summary>What else went wrong.</summary>
    Red,
}
