namespace Iterate.Specs.Plugins;

/// <summary>Runs an action through the middlewares, the first plugin outermost, and describes its failure.</summary>
internal sealed class ActionPipeline(IReadOnlyList<ISpecPlugin> plugins)
{
    public async Task<object?> RunAsync(ActionContext context, Func<Task<object?>> act)
    {
        try
        {
            return await RunFromAsync(0, context, act);
        }
        catch (Exception cause) when (ActionFailure.IsOne(cause))
        {
            throw ActionFailure.Describe(cause, context);
        }
    }

    private Task<object?> RunFromAsync(int index, ActionContext context, Func<Task<object?>> act) =>
        index == plugins.Count
            ? act()
            : plugins[index].InvokeAsync(context, () => RunFromAsync(index + 1, context, act));
}
