using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins.Wrapping;

/// <summary>Wraps Playwright objects for one session and sends their actions through the pipeline.</summary>
internal sealed class PlaywrightWrapper(ActionPipeline pipeline, float actionTimeout)
{
    private static readonly Type[] Faces =
        [typeof(ILocator), typeof(IPage), typeof(IFrame), typeof(IFrameLocator), typeof(IBrowserContext)];

    private static readonly MethodInfo CastMethod = Generic(nameof(CastAsync));
    private static readonly MethodInfo WrapTaskMethod = Generic(nameof(WrapTaskAsync));
    private static readonly MethodInfo WrapListMethod = Generic(nameof(WrapList));

    // One proxy per object, so that wrapped objects can be compared like Playwright's own.
    private readonly ConditionalWeakTable<object, object> _proxies = [];

    public T Wrap<T>(T value)
        where T : class => (T)WrapResult(value, typeof(T))!;

    public object? Invoke(object target, MethodInfo method, object?[] args)
    {
        var rawArgs = Unwrapping.UnwrapAll(args);
        if (AddressWait.Is(target, method))
        {
            return AddressWait.RunAsync(
                target, InterceptedAction.TimeoutOf(rawArgs), milliseconds => CallAsync(target, method, InterceptedAction.WithTimeout(method, rawArgs, milliseconds)));
        }

        return InterceptedAction.Is(target, method)
            ? Act(target, method, rawArgs)
            : WrapResult(Call(target, method, rawArgs), method.ReturnType);
    }

    private Task Act(object target, MethodInfo method, object?[] args)
    {
        var context = new ActionContext
        {
            Locator = InterceptedAction.LocatorOf(target, args),
            Page = InterceptedAction.PageOf(target),
            Method = method.Name,
            Args = args,
            NeedsVisibleTarget = InterceptedAction.NeedsVisibleTarget(args),
            Caller = CallerOfThisLibrary(),
            Timeout = InterceptedAction.TimeoutOf(args) ?? actionTimeout,
        };
        var action = pipeline.RunAsync(
            context,
            () => context.TargetSeen && InterceptedAction.IsWait(method)
                ? Task.FromResult<object?>(null)
                : CallAsync(target, method, InterceptedAction.WithTimeout(method, args, context.Timeout)));
        return method.ReturnType == typeof(Task) ? action : (Task)Closed(CastMethod, method.ReturnType).Invoke(this, [action])!;
    }

    private static async Task<object?> CallAsync(object target, MethodInfo method, object?[] args)
    {
        var task = (Task)Call(target, method, args)!;
        await task;
        return method.ReturnType == typeof(Task) ? null : task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task);
    }

    private static object? Call(object target, MethodInfo method, object?[] args) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);

    private object? WrapResult(object? result, Type declared) => result switch
    {
        null => null,
        _ when Faces.Contains(declared) => _proxies.GetValue(result, raw => PlaywrightProxy.Create(declared, raw, this)),
        _ when !HoldsWrappable(declared) => result,
        Task => Closed(WrapTaskMethod, declared).Invoke(this, [result]),
        _ => Closed(WrapListMethod, declared).Invoke(this, [result]),
    };

    private static bool HoldsWrappable(Type declared) =>
        declared.IsGenericType
        && (declared.GetGenericTypeDefinition() == typeof(Task<>) || declared.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        && declared.GetGenericArguments()[0] is var held
        && (Faces.Contains(held) || HoldsWrappable(held));

    private async Task<T> WrapTaskAsync<T>(Task<T> task) => (T)WrapResult(await task, typeof(T))!;

    private IReadOnlyList<T> WrapList<T>(IReadOnlyList<T> list) => [.. list.Select(item => (T)WrapResult(item, typeof(T))!)];

    private async Task<T> CastAsync<T>(Task<object?> task) => (T)WrapResult(await task, typeof(T))!;

    private static MethodInfo Generic(string name) =>
        typeof(PlaywrightWrapper).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;

    private static MethodInfo Closed(MethodInfo generic, Type holder) => generic.MakeGenericMethod(holder.GetGenericArguments()[0]);

    private static Type? CallerOfThisLibrary()
    {
        var method = new StackTrace(fNeedFileInfo: false).GetFrames().FirstOrDefault(frame => !SpecFrames.IsOurs(frame))?.GetMethod();
        var type = method?.DeclaringType;
        while (type is { DeclaringType: not null } && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
        {
            type = type.DeclaringType;
        }

        return type;
    }
}
