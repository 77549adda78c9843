using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Xunit;

namespace Iterate.Web.Tests.Outbox;

/// <summary>A server of its own for each test class, because its lanes run whatever they find; an admin calls.</summary>
public abstract class OutboxApiTest : IAsyncLifetime
{
    private IterateServer? _server;
    private HttpClient? _admin;

    private protected IterateServer Server => _server!;

    private protected HttpClient Admin => _admin!;

    public async ValueTask InitializeAsync()
    {
        _server = await IterateServer.StartAsync();
        _admin = _server.Client(bearer: (await _server.OwnerSessionAsync()).Secret);
        await IdleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<TResponse> AskAsync<TResponse>(string method, object request) => Admin.CallAsync<TResponse>($"outbox/{method}", request);

    private protected async Task<IReadOnlyList<string>> EmitAsync(string name, int count = 1) =>
        (await Admin.CallAsync<EmitTestEventsResponse>("testing/emit", new { name, count })).EventIds;

    /// <summary>Emits one event and answers it once everything that can has run.</summary>
    private protected async Task<OutboxEventView> RunAsync(string name)
    {
        var id = (await EmitAsync(name))[0];
        await IdleAsync();
        return await EventAsync(id);
    }

    private protected Task<OutboxEventView> EventAsync(string eventId) => AskAsync<OutboxEventView>("get-event", new { eventId });

    /// <summary>An event once <paramref name="done"/> says so.</summary>
    private protected async Task<OutboxEventView> EventAsync(string eventId, Func<OutboxEventView, bool> done)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (await EventAsync(eventId) is var found && done(found))
            {
                return found;
            }
        }
    }

    private protected async Task<RunUntilIdleResponse> IdleAsync() => await Admin.CallAsync<RunUntilIdleResponse>("testing/run-until-idle", new { });

    private protected Task FaultAsync(string name, bool on) => Admin.CallAsync<SetFaultResponse>("testing/set-fault", new { name, on });

    /// <summary>Only what a filter finds.</summary>
    private protected Task<ListOutboxEventsResponse> ListAsync(object request) => AskAsync<ListOutboxEventsResponse>("list-events", request);
}
