using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Api;

/// <summary>
/// A contract interface whose every method asks the guard and then calls the service. What pages, endpoints and hubs
/// inject.
/// </summary>
/// <typeparam name="TContract">An interface with <see cref="ApiGroupAttribute"/>.</typeparam>
/// <remarks>Reflection happens once per method; a call costs one look-up and one delegate.</remarks>
internal class GuardProxy<TContract> : DispatchProxy
    where TContract : class
{
    private static readonly FrozenDictionary<MethodInfo, Invoker> Invokers = ApiContract.Groups
        .Single(group => group.Contract == typeof(TContract)).Methods
        .ToFrozenDictionary(method => method.Info, CreateInvoker);

    private TContract _service = null!;
    private ApiGuard _guard = null!;

    private delegate object Invoker(GuardProxy<TContract> proxy, object request, CancellationToken cancellationToken);

    /// <summary>Puts the guard in front of a service.</summary>
    public static TContract Create(TContract service, ApiGuard guard)
    {
        var contract = Create<TContract, GuardProxy<TContract>>();
        var proxy = (GuardProxy<TContract>)(object)contract;
        proxy._service = service;
        proxy._guard = guard;
        return contract;
    }

    /// <inheritdoc/>
    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Invokers[targetMethod!](this, args![0]!, (CancellationToken)args[1]!);

    private static Invoker CreateInvoker(ApiMethod method)
    {
        var create = method.IsLive ? nameof(CreateLive) : nameof(CreateSingle);
        return (Invoker)typeof(GuardProxy<TContract>)
            .GetMethod(create, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(method.RequestType, method.ResponseType)
            .Invoke(null, [method])!;
    }

    private static Invoker CreateSingle<TRequest, TResponse>(ApiMethod method)
        where TRequest : class
    {
        var call = method.Info.CreateDelegate<Func<TContract, TRequest, CancellationToken, Task<TResponse>>>();
        return (proxy, request, cancellationToken) => proxy.CallAsync(method, call, (TRequest)request, cancellationToken);
    }

    private static Invoker CreateLive<TRequest, TItem>(ApiMethod method)
        where TRequest : class
    {
        var call = method.Info.CreateDelegate<Func<TContract, TRequest, CancellationToken, IAsyncEnumerable<TItem>>>();
        return (proxy, request, cancellationToken) => proxy.FollowAsync(method, call, (TRequest)request, cancellationToken);
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        ApiMethod method,
        Func<TContract, TRequest, CancellationToken, Task<TResponse>> call,
        TRequest request,
        CancellationToken cancellationToken)
        where TRequest : class
    {
        CallContext.Current = await _guard.AuthorizeAsync(method, request, cancellationToken);
        return await call(_service, request, cancellationToken);
    }

    private async IAsyncEnumerable<TItem> FollowAsync<TRequest, TItem>(
        ApiMethod method,
        Func<TContract, TRequest, CancellationToken, IAsyncEnumerable<TItem>> call,
        TRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : class
    {
        var context = await _guard.AuthorizeAsync(method, request, cancellationToken);
        await using var watch = AccessWatch.Start(_guard, method, request, cancellationToken);
        CallContext.Current = context;
        await using var items = call(_service, request, watch.Ending).GetAsyncEnumerator(watch.Ending);
        while (true)
        {
            // An iterator runs in the execution context of whoever asks for the next item, and that one is not ours.
            CallContext.Current = context;
            bool moved;
            try
            {
                moved = await items.MoveNextAsync();
            }
            catch (OperationCanceledException) when (watch.Refusal is not null)
            {
                moved = false;
            }

            if (watch.Refusal is { } refusal)
            {
                ExceptionDispatchInfo.Throw(refusal);
            }

            if (!moved)
            {
                yield break;
            }

            yield return items.Current;
        }
    }
}
