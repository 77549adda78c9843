namespace Iterate.Web.Client.State;

/// <summary>Whether islands answer: not while a page is drawn on the server, but once its circuit is live.</summary>
public sealed record ConnectionState(bool IsLive);

/// <summary>The circuit has drawn its first island.</summary>
public sealed record CircuitBecameLive;

/// <summary>Keeps <see cref="ConnectionState"/>.</summary>
public sealed class ConnectionFeature() : Feature<ConnectionState>(new(IsLive: false))
{
    protected override ConnectionState Reduce(ConnectionState state, object action) =>
        action is CircuitBecameLive && !state.IsLive ? new(IsLive: true) : state;
}
