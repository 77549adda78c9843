namespace Iterate.Specs.Plugins.Specs;

/// <summary>
/// Starts the clock of a page (its function <c>begin</c>) with the first action, so that what a page does after so many
/// milliseconds does not depend on how long opening it took.
/// </summary>
public sealed class SceneStarter : ISpecPlugin
{
    public string Name => "scene-starter";

    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        await context.Page.EvaluateAsync("() => { const begin = window.begin; window.begin = undefined; begin?.(); }");
        return await next();
    }
}
