using Iterate.Testing;
using Xunit;

namespace Iterate.Web.Tests.Nodes;

/// <summary>Two built hosts on one database; a test that kills one starts it again.</summary>
[CollectionDefinition(nameof(TwoNodes))]
public sealed class TwoNodes : IAsyncLifetime, ICollectionFixture<TwoNodes>
{
    private TestDatabase? _database;
    private BuiltHost? _here;
    private BuiltHost? _there;

    internal BuiltHost Here => _here!;

    internal BuiltHost There => _there!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _here = await BuiltHost.StartAsync(_database.ConnectionString);
        _there = await BuiltHost.StartAsync(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable?[] owned = [_here, _there, _database];
        foreach (var resource in owned.OfType<IAsyncDisposable>())
        {
            await resource.DisposeAsync();
        }
    }
}
