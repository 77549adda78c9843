using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Iterate.Web.Client.State;

/// <summary>What a toast says; the value of <c>data-type</c> (requirement A-69).</summary>
public enum ToastType { Success, Error, Info }

/// <summary>The one thing a toast lets a person do.</summary>
public sealed record ToastAction(string Text, Func<Task> RunAsync);

/// <summary>One sentence that floats above the page. Equal sentences are different toasts.</summary>
public sealed record Toast(ToastType Type, string Text, ToastAction? Action = null)
{
    internal Guid Id { get; } = Guid.CreateVersion7();
}

/// <summary>The toasts on screen, newest last.</summary>
public sealed record ToastsState(ImmutableList<Toast> Toasts);

/// <summary>Say it.</summary>
public sealed record ShowToast(Toast Toast);

/// <summary>It was read, or its time is over.</summary>
public sealed record DismissToast(Toast Toast);

/// <summary>At most three; room is made by the oldest that is not an error, else by the oldest.</summary>
public sealed class ToastsFeature() : Feature<ToastsState>(new([]))
{
    protected override ToastsState Reduce(ToastsState state, object action) => action switch
    {
        ShowToast show when state.Toasts.Count < 3 => new(state.Toasts.Add(show.Toast)),
        ShowToast show => new(state.Toasts.Remove(state.Toasts.Find(toast => toast.Type != ToastType.Error) ?? state.Toasts[0]).Add(show.Toast)),
        DismissToast dismiss when state.Toasts.Contains(dismiss.Toast) => new(state.Toasts.Remove(dismiss.Toast)),
        _ => state,
    };
}

/// <summary>Takes a toast away after five seconds; errors stay until dismissed.</summary>
public sealed class ToastTimer(TimeProvider time, ToastsFeature toasts) : IEffect, IDisposable
{
    private readonly ConcurrentBag<ITimer> _timers = [];

    public Task HandleAsync(object action, IDispatcher dispatcher)
    {
        if (action is ShowToast { Toast: { Type: not ToastType.Error } toast })
        {
            _timers.Add(time.CreateTimer(_ => toasts.Receive(new DismissToast(toast)), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));
        }

        return Task.CompletedTask;
    }

    public void Dispose() => Array.ForEach([.. _timers], timer => timer.Dispose());
}
