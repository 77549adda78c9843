using System.Collections.Concurrent;
using Microsoft.Playwright;
using Iterate.Specs.Plugins.Wrapping;

namespace Iterate.Specs.Plugins;

/// <summary>
/// Puts what the page itself says went wrong below the failure of an action: visible error toasts and error states,
/// and the newest errors of the browser console (requirement W-8).
/// </summary>
public sealed class UiErrorReporter : ISpecPlugin
{
    /// <summary>What the product marks its errors with.</summary>
    public const string Selector = """[data-type="error"]""";

    private const int ConsoleErrorsShown = 5;

    private readonly ConcurrentQueue<(IPage? Page, string Text)> _consoleErrors = new();

    /// <inheritdoc/>
    public string Name => "ui-error-reporter";

    /// <inheritdoc/>
    public Task BeforeTestAsync(SpecSession session)
    {
        var context = session.Context.Unwrap();
        context.Console += (_, message) =>
        {
            if (message.Type is "error")
            {
                _consoleErrors.Enqueue((message.Page, message.Text));
            }
        };
        context.WebError += (_, error) => _consoleErrors.Enqueue((error.Page, error.Error));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        try
        {
            return await next();
        }
        catch (Exception exception) when (ActionFailure.IsOne(exception))
        {
            await ReportAsync(context);
            throw;
        }
    }

    private async Task ReportAsync(ActionContext context)
    {
        foreach (var text in await PageReading.VisibleAsync(context.Page.Locator(Selector), "element => element.innerText"))
        {
            context.Advise(AdviceColor.Red, $"The page shows an error: {text}");
        }

        foreach (var (_, text) in _consoleErrors.Where(error => error.Page == context.Page).TakeLast(ConsoleErrorsShown))
        {
            context.Advise(AdviceColor.Red, $"The browser console says: {text}");
        }
    }
}
