using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Testing;
using Iterate.Infrastructure.Tests.Api;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Iterate.Infrastructure.Tests.Accounts;

/// <summary>The accounts services as the host registers them, over a database and a clock of their own.</summary>
internal sealed class AccountsHost : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private AccountsHost(TestDatabase database)
    {
        _database = database;
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddLogging()
            .AddPostgres(database.ConnectionString)
            .AddOutbox()
            .AddAccounts()
            .AddTesting()
            .AddSingleton(Streams)
            .AddApi<IStreamsApi, ProbeStreams>()
            .AddSingleton<IProjectRootStream>(Roots)
            .AddScoped<CallerInScope>()
            .AddScoped<ICallerSource>(provider => provider.GetRequiredService<CallerInScope>())
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public ManualTime Time { get; } = new();

    public RecordingRoots Roots { get; } = new();

    public ProbeStreams Streams { get; } = new();

    public SessionStore Sessions => _services.GetRequiredService<SessionStore>();

    public SignInLinks Links => _services.GetRequiredService<SignInLinks>();

    public LocalOwner Owner => _services.GetRequiredService<LocalOwner>();

    public TestDatabase Database => _database;

    public static async Task<AccountsHost> CreateAsync() => new(await TestDatabase.CreateAsync());

    /// <summary>The guarded contract as <paramref name="caller"/> sees it.</summary>
    public TContract As<TContract>(Caller caller)
        where TContract : class => As<TContract>(() => caller);

    /// <summary>The same for a caller who changes while a live method runs.</summary>
    public TContract As<TContract>(Func<Caller> caller)
        where TContract : class
    {
        var scope = _services.CreateScope();
        scope.ServiceProvider.GetRequiredService<CallerInScope>().Caller = caller;
        return scope.ServiceProvider.GetRequiredService<TContract>();
    }

    /// <summary>A new person, signed in.</summary>
    public async Task<Caller> PersonAsync(string email)
    {
        var testing = As<ITestingApi>(Caller.Anonymous);
        await testing.CreateUserAsync(new(email, email), CancellationToken.None);
        var session = await testing.SignInAsAsync(new(email), CancellationToken.None);
        return (await Sessions.FindAsync(session.Secret, CancellationToken.None))!;
    }

    /// <summary>Gives a person a role beside the organization's owner.</summary>
    public async Task JoinAsync(Caller person, string organizationId, OrganizationRole role)
    {
        await using var context = await _database.Contexts.CreateDbContextAsync(CancellationToken.None);
        context.Memberships.Add(new()
        {
            Id = Domain.TypeId.New("mem", Time), OrganizationId = organizationId, UserId = person.UserId!, Role = role,
        });
        await context.SaveChangesAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    private sealed class CallerInScope : ICallerSource
    {
        public Func<Caller> Caller { get; set; } = () => Domain.Api.Caller.Anonymous;

        public ValueTask<Caller> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Caller());
    }
}

/// <summary>Remembers for which projects a root stream was asked.</summary>
internal sealed class RecordingRoots : IProjectRootStream
{
    public List<string> Projects { get; } = [];

    public Task EnsureAsync(string projectId, CancellationToken cancellationToken)
    {
        Projects.Add(projectId);
        return Task.CompletedTask;
    }
}
