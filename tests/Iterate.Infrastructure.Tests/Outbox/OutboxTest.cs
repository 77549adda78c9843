using System.Collections.Concurrent;
using Iterate.Domain.Outbox;
using Iterate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>A database of its own for each test: a lane runs whatever it finds.</summary>
public abstract class OutboxTest : IAsyncLifetime
{
    private TestDatabase? _database;

    private protected static CancellationToken InTime => OutboxHost.InTime;

    private protected TestDatabase Database => _database!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A node that runs on the clock of a test.</summary>
    private protected static Action<IServiceCollection> On(TimeProvider time) => services => services.AddSingleton(time);

    /// <summary>A consumer that remembers what it saw.</summary>
    private protected static PokedConsumer Recording(string name, ConcurrentBag<string> seen, RetryPolicy? retry = null) => new(name, (_, payload, _) =>
    {
        seen.Add(payload.Text);
        return Task.FromResult("seen");
    })
    { Policy = retry ?? RetryPolicy.Default };
}
