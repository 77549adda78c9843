namespace Iterate.Web.Client.State;

/// <summary>Where actions go. An action is a record that says what happened.</summary>
public interface IDispatcher
{
    /// <summary>Hands an action to every reducer, then to every effect. Completes when they have; an effect's exception is the caller's.</summary>
    Task DispatchAsync(object action);
}

/// <summary>The current state of one feature.</summary>
public interface IState<out TState>
{
    /// <summary>An immutable snapshot.</summary>
    TState Value { get; }

    /// <summary>The value was replaced. Raised on the dispatching thread: a component answers with InvokeAsync.</summary>
    event EventHandler? StateChanged;
}

/// <summary>One part of the state, as the dispatcher sees it.</summary>
public abstract class Feature
{
    /// <summary>Replaces the state by what the reducer makes of it.</summary>
    public abstract void Receive(object action);
}

/// <summary>One part of the state with its reducer.</summary>
/// <param name="initial">The state before the first action.</param>
public abstract class Feature<TState>(TState initial) : Feature, IState<TState>
    where TState : class
{
    private readonly Lock _gate = new();

    public event EventHandler? StateChanged;

    public TState Value { get; private set; } = initial;

    public sealed override void Receive(object action)
    {
        TState before;
        lock (_gate)
        {
            (before, Value) = (Value, Reduce(Value, action));
        }

        if (!ReferenceEquals(before, Value))
        {
            StateChanged?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>Pure. Answers the same instance when the action does not concern this feature.</summary>
    protected abstract TState Reduce(TState state, object action);
}

/// <summary>What an action causes outside the state.</summary>
public interface IEffect
{
    /// <summary>Acts if the action concerns this effect; may dispatch what came of it.</summary>
    Task HandleAsync(object action, IDispatcher dispatcher);
}

/// <summary>The dispatcher of one scope: a request, or the circuit of one browser tab.</summary>
public sealed class Store(IEnumerable<Feature> features, IEnumerable<IEffect> effects) : IDispatcher
{
    public async Task DispatchAsync(object action)
    {
        Array.ForEach([.. features], feature => feature.Receive(action));
        foreach (var effect in effects)
        {
            await effect.HandleAsync(action, this);
        }
    }
}
