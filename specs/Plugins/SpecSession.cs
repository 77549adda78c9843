using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// One test's browser context with its page. Everything reached from <see cref="Page"/> is Playwright's own API with
/// the plugins standing around its actions (requirement W-1).
/// </summary>
/// <remarks>Disposing runs the after-test steps and closes the context; the browser stays the caller's.</remarks>
public sealed class SpecSession : IAsyncDisposable
{
    private readonly PlaywrightWrapper _wrapper;

    private SpecSession(SpecSessionOptions options, IBrowserContext context, IPage page)
    {
        _wrapper = new(new ActionPipeline(options.Plugins), options.ActionTimeout);
        Options = options;
        Context = _wrapper.Wrap(context);
        Page = _wrapper.Wrap(page);
    }

    /// <summary>How the session was made.</summary>
    public SpecSessionOptions Options { get; }

    /// <summary>The context; pages it opens are wrapped.</summary>
    public IBrowserContext Context { get; }

    /// <summary>The page the session started with.</summary>
    public IPage Page { get; }

    /// <summary>Opens a context with one page and runs the before-test steps.</summary>
    public static async Task<SpecSession> StartAsync(IBrowser browser, SpecSessionOptions options)
    {
        var contextOptions = new BrowserNewContextOptions(options.Context);
        foreach (var plugin in options.Plugins)
        {
            plugin.Configure(contextOptions, options);
        }

        var context = await browser.NewContextAsync(contextOptions);
        try
        {
            context.SetDefaultTimeout(options.ActionTimeout);
            context.SetDefaultNavigationTimeout(options.NavigationTimeout);
            var session = new SpecSession(options, context, await context.NewPageAsync());
            foreach (var plugin in options.Plugins)
            {
                await plugin.BeforeTestAsync(session);
            }

            return session;
        }
        catch
        {
            await context.CloseAsync();
            throw;
        }
    }

    /// <summary>
    /// Wraps what Playwright handed to an event handler, such as a popup; objects that were returned are wrapped already.
    /// </summary>
    public T Wrap<T>(T playwrightObject)
        where T : class => _wrapper.Wrap(playwrightObject);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var plugin in Options.Plugins.Reverse())
            {
                await plugin.AfterTestAsync(this);
            }
        }
        finally
        {
            await Context.CloseAsync();
        }
    }
}
