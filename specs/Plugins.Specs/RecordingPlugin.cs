using System.Globalization;

namespace Iterate.Specs.Plugins.Specs;

/// <summary>Writes down what passes through it.</summary>
public sealed class RecordingPlugin(string name, ICollection<string> record) : ISpecPlugin
{
    public string Name => name;

    public IList<ActionContext> Actions { get; } = new List<ActionContext>();

    public async Task<object?> InvokeAsync(ActionContext context, Func<Task<object?>> next)
    {
        Actions.Add(context);
        record.Add(string.Create(CultureInfo.InvariantCulture, $"{name} before {context.Method}"));
        var result = await next();
        record.Add(string.Create(CultureInfo.InvariantCulture, $"{name} after {context.Method}"));
        return result;
    }

    public Task BeforeTestAsync(SpecSession session)
    {
        record.Add($"{name} before test");
        return Task.CompletedTask;
    }

    public Task AfterTestAsync(SpecSession session)
    {
        record.Add($"{name} after test");
        return Task.CompletedTask;
    }
}
