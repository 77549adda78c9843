using System.Diagnostics;
using Iterate.Infrastructure.Postgres;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Postgres;

public sealed class EmbeddedPostgresTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"iterate-cluster-{Path.GetRandomFileName()}");
    private EmbeddedPostgres? _last;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public ValueTask InitializeAsync()
    {
        Reaper.Watch(_folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_last is not null)
        {
            await _last.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task a_cluster_keeps_its_data_and_its_port_over_a_restart()
    {
        var first = await StartAsync();
        await ExecuteAsync(first, "create table kept ()");
        await first.DisposeAsync();
        PostmasterPid.Running(Data).ShouldBeNull();

        var second = await StartAsync();

        second.TookOver.ShouldBeFalse();
        second.ConnectionString.ShouldBe(first.ConnectionString);
        await ExecuteAsync(second, "select from kept");
    }

    [Fact]
    public async Task a_cluster_whose_host_was_killed_is_taken_over_and_can_be_stopped()
    {
        var abandoned = await StartAsync();

        var next = await StartAsync();

        next.TookOver.ShouldBeTrue();
        next.ProcessId.ShouldBe(abandoned.ProcessId);
        await ExecuteAsync(next, "select 1");
        await next.DisposeAsync();
        PostmasterPid.Running(Data).ShouldBeNull();
    }

    [Fact]
    public async Task a_killed_server_recovers_what_was_committed()
    {
        var killed = await StartAsync();
        await ExecuteAsync(killed, "create table kept as select 1 as one");
        Kill(killed);

        var next = await StartAsync();

        next.TookOver.ShouldBeFalse();
        await ExecuteAsync(next, "select one from kept");
    }

    [Fact]
    public async Task a_stale_lock_file_whose_number_belongs_to_another_process_is_no_obstacle()
    {
        var killed = await StartAsync();
        Kill(killed);
        var file = Path.Combine(Data, "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(file, Token);
        lines[0] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(file, lines, Token);

        var next = await StartAsync();

        await ExecuteAsync(next, "select 1");
    }

    [Fact]
    public async Task a_kill_during_the_first_start_leaves_nothing_in_the_way()
    {
        var home = await ClusterHome.OpenAsync(_folder, Token);
        await home.CreatePasswordAsync(Token);
        Directory.CreateDirectory(home.UnfinishedData);
        await File.WriteAllTextAsync(Path.Combine(home.UnfinishedData, "PG_VERSION"), "15", Token);

        await ExecuteAsync(await StartAsync(), "select 1");
    }

    [Fact]
    public async Task another_port_is_taken_when_somebody_has_the_remembered_one()
    {
        await (await StartAsync()).DisposeAsync();
        using var somebody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        somebody.Start();
        var home = await ClusterHome.OpenAsync(_folder, Token);
        home.RememberedPort = ((System.Net.IPEndPoint)somebody.LocalEndpoint).Port;

        await ExecuteAsync(await StartAsync(), "select 1");

        home.RememberedPort.ShouldNotBe(((System.Net.IPEndPoint)somebody.LocalEndpoint).Port);
    }

    [Fact]
    public async Task the_password_is_needed_and_only_the_server_s_user_can_read_it()
    {
        var cluster = await StartAsync();
        File.GetUnixFileMode(Path.Combine(_folder, "password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(_folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var address = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        (await Should.ThrowAsync<PostgresException>(connection.OpenAsync(Token))).SqlState.ShouldBe("28P01");
    }

    [Fact]
    public async Task the_server_listens_on_loopback_only_and_durability_is_untouched()
    {
        await using var cluster = await EmbeddedPostgres.StartAsync(new(_folder), Token);
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = source.CreateCommand(
            """
            select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where name in
            ('fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit', 'unix_socket_directories', 'wal_level')
            """);

        (await command.ExecuteScalarAsync(Token)).ShouldBe(
            "fsync=on full_page_writes=on listen_addresses=127.0.0.1 synchronous_commit=on unix_socket_directories= wal_level=replica");
    }

    [Fact]
    public async Task data_of_a_version_that_is_not_installed_is_refused_with_one_sentence()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "PG_VERSION"), "9\n", Token);

        var refusal = await Should.ThrowAsync<StartupException>(EmbeddedPostgres.StartAsync(new(_folder, Throwaway: true), Token));

        refusal.Message.ShouldBe("The data directory was written by PostgreSQL 9; install the server programs of that version.");
    }

    private async Task<EmbeddedPostgres> StartAsync() => _last = await EmbeddedPostgres.StartAsync(new(_folder, Throwaway: true), Token);

    private static async Task ExecuteAsync(EmbeddedPostgres cluster, string sql)
    {
        await using var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private void Kill(EmbeddedPostgres cluster)
    {
        using var server = Process.GetProcessById(cluster.ProcessId);
        server.Kill();
        SpinWait.SpinUntil(() => PostmasterPid.Running(Data) is null);
    }
}
