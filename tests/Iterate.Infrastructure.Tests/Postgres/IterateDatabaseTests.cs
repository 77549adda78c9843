using Iterate.Infrastructure.Postgres;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Postgres;

public sealed class IterateDatabaseTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iterate-database-");
    private readonly List<string> _said = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (new DirectoryInfo(Path.Combine(_folder.FullName, "data", "postgres")).LinkTarget is { } elsewhere && Directory.Exists(elsewhere))
        {
            Directory.Delete(elsewhere, recursive: true);
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task a_folder_the_server_s_user_cannot_enter_gets_a_database_all_the_same()
    {
        // What a temporary folder is to others: closed.
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var directory = DataDirectory.Open(Path.Combine(_folder.FullName, "data"));

        await using (var first = await StartAsync(external: null, directory))
        {
            await UsersAsync(first);
        }

        await using var second = await StartAsync(external: null, directory);
        (await UsersAsync(second)).ShouldBe(0);
        _said.Count(line => line.StartsWith("started a private PostgreSQL, version ", StringComparison.Ordinal)).ShouldBe(2);
        _said.Count(line => line.StartsWith("the database goes to /var/lib/iterate-", StringComparison.Ordinal))
            .ShouldBe(Environment.IsPrivilegedProcess ? 1 : 0);
    }

    [Fact]
    public async Task a_link_to_a_database_that_is_gone_is_refused()
    {
        using var directory = DataDirectory.Open(Path.Combine(_folder.FullName, "data"));
        Directory.CreateSymbolicLink(Path.Combine(directory.Path, "postgres"), Path.Combine(_folder.FullName, "gone"));

        var refusal = await Should.ThrowAsync<StartupException>(StartAsync(external: null, directory));

        refusal.Message.ShouldEndWith("where the database should be, but that folder is gone.");
    }

    [Theory]
    [InlineData("postgres://me:secret@db/iterate")]
    [InlineData("Hots=db;Password=secret")]
    public async Task a_setting_that_is_no_connection_string_is_refused_without_quoting_it(string external)
    {
        using var directory = DataDirectory.Open(Path.Combine(_folder.FullName, "data"));

        var refusal = await Should.ThrowAsync<StartupException>(StartAsync(external, directory));

        refusal.Message.ShouldStartWith("The setting ConnectionStrings__Iterate is not a connection string");
        refusal.Message.ShouldNotContain("db/iterate");
    }

    [Fact]
    public async Task an_external_database_is_migrated_and_used()
    {
        var cluster = await TestCluster.SharedAsync();
        var address = new NpgsqlConnectionStringBuilder(await cluster.CreateEmptyDatabaseAsync(Token));
        using var directory = DataDirectory.Open(Path.Combine(_folder.FullName, "data"));

        await using var database = await StartAsync(address.ConnectionString, directory);

        (await UsersAsync(database)).ShouldBe(0);
        _said.ShouldBe([$"using the PostgreSQL at 127.0.0.1:{address.Port}, database {address.Database}"]);
        Directory.Exists(Path.Combine(directory.Path, "postgres")).ShouldBeFalse();
    }

    [Fact]
    public async Task hosts_that_start_together_migrate_one_after_the_other()
    {
        var cluster = await TestCluster.SharedAsync();
        var address = await cluster.CreateEmptyDatabaseAsync(Token);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DatabaseMigrator.MigrateAsync(address, Token)));
    }

    [Fact]
    public async Task a_database_that_a_later_build_migrated_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var later = database.DataSource.CreateCommand("""insert into "__EFMigrationsHistory" values ('29991231235959_Later', '99.0.0')"""))
        {
            await later.ExecuteNonQueryAsync(Token);
        }

        var refusal = await Should.ThrowAsync<StartupException>(DatabaseMigrator.MigrateAsync(database.ConnectionString, Token));
        refusal.Message.ShouldStartWith("schema-newer: ");
    }

    [Fact]
    public async Task a_database_out_of_reach_is_refused_with_one_sentence()
    {
        using var directory = DataDirectory.Open(Path.Combine(_folder.FullName, "data"));

        var refusal = await Should.ThrowAsync<StartupException>(StartAsync("Host=127.0.0.1;Port=1;Username=nobody;Password=secret", directory));

        refusal.Message.ShouldStartWith("PostgreSQL at 127.0.0.1:1 does not accept us: ");
        refusal.Message.ShouldNotContain("secret");
    }

    private Task<IterateDatabase> StartAsync(string? external, DataDirectory directory) =>
        IterateDatabase.StartAsync(external, directory, _said.Add, Token);

    private static async Task<long> UsersAsync(IterateDatabase database)
    {
        await using var connection = new NpgsqlConnection($"{database.ConnectionString};Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand("select count(*) from app_user", connection);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }
}
