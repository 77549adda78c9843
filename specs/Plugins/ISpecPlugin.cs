using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Something that stands around every action of a spec: a name, and any of a middleware and steps before and after
/// the test (requirement W-2). An instance belongs to one session, so it may hold that session's state.
/// </summary>
/// <remarks>
/// Plugins see Playwright's own objects, never wrapped ones: what a plugin does on the page does not come back to it.
/// </remarks>
public interface ISpecPlugin
{
    /// <summary>Kebab-case name, as it stands in logs.</summary>
    string Name { get; }

    /// <summary>
    /// Runs around an action. Middlewares run in registration order, the first one outermost;
    /// <paramref name="next"/> is the rest of the chain and the action itself.
    /// </summary>
    /// <param name="context">The action.</param>
    /// <param name="next">Goes on; its result is that of the action.</param>
    Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next) => next();

    /// <summary>Changes how the browser context of the session is made.</summary>
    void Configure(BrowserNewContextOptions context, SpecSessionOptions session)
    {
    }

    /// <summary>Runs in registration order once the page is there and before the test's first step.</summary>
    Task BeforeTestAsync(SpecSession session) => Task.CompletedTask;

    /// <summary>Runs in reverse order after the test's last step, passed or failed, while the page is still open.</summary>
    Task AfterTestAsync(SpecSession session) => Task.CompletedTask;
}
