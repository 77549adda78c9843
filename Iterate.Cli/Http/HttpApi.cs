using System.Reflection;
using Iterate.Domain.Api;

namespace Iterate.Cli.Http;

/// <summary>The contract over HTTP: any group's interface, answered by a server somewhere else.</summary>
internal static class HttpApi
{
    /// <summary>
    /// Implements <typeparamref name="TContract"/> over <paramref name="client"/>, whose base address is the server's
    /// and whose default headers carry the bearer token. Live methods reconnect by themselves (see <see cref="LiveReader"/>).
    /// </summary>
    /// <exception cref="ApiException">From the methods: the server refused.</exception>
    /// <exception cref="UnknownRefusalException">From the methods: it refused with a code this build does not know.</exception>
    /// <exception cref="ServerUnreachableException">From the methods: no iterate server answered.</exception>
    /// <exception cref="TimeoutException">From the methods: there was no answer within the client's timeout.</exception>
    public static TContract Create<TContract>(HttpClient client)
        where TContract : class => Create<TContract>(new ApiTransport(client));

    /// <summary>Implements <typeparamref name="TContract"/> over <paramref name="transport"/>.</summary>
    public static TContract Create<TContract>(ApiTransport transport)
        where TContract : class
    {
        var contract = DispatchProxy.Create<TContract, Proxy>();
        ((Proxy)(object)contract).Transport = transport;
        return contract;
    }

    /// <summary>Base of the generated types; the runtime needs it open to derivation.</summary>
    internal class Proxy : DispatchProxy
    {
        private static readonly MethodInfo CallMethod = typeof(Proxy).GetMethod(nameof(Call), BindingFlags.NonPublic | BindingFlags.Instance)!;
        private static readonly MethodInfo FollowMethod = typeof(Proxy).GetMethod(nameof(Follow), BindingFlags.NonPublic | BindingFlags.Instance)!;

        internal ApiTransport Transport { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var method = ApiContract.MethodOf(targetMethod!);
            if (method.DownloadType is not null)
            {
                return Transport.DownloadAsync(method, args![0]!, (CancellationToken)args[1]!);
            }

            return (method.IsLive ? FollowMethod : CallMethod)
                .MakeGenericMethod(method.ResponseType)
                .Invoke(this, [method, args![0], args[1]]);
        }

        private async Task<T> Call<T>(ApiMethod method, object request, CancellationToken cancellationToken) =>
            (T)await Transport.CallAsync(method, request, cancellationToken);

        private IAsyncEnumerable<T> Follow<T>(ApiMethod method, object request, CancellationToken cancellationToken) =>
            Transport.FollowAsync(method, request, cancellationToken).Select(item => (T)item);
    }
}
