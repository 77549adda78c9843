using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Postgres;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task a_database_is_migrated_and_empty()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var command = database.DataSource.CreateCommand("select count(*) from app_user");

        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0L);
    }

    [Fact]
    public async Task databases_of_two_tests_do_not_see_each_other()
    {
        await using var one = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync();
        await using var create = one.DataSource.CreateCommand("create table only_here ()");
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var look = other.DataSource.CreateCommand("select to_regclass('only_here') is null");
        (await look.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(true);
    }

    [Fact]
    public async Task names_that_differ_in_case_only_are_taken()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var command = database.DataSource.CreateCommand(
            """
            insert into app_user (id, name, email, system_role, created_at, updated_at)
            values ('usr_a', 'A', 'a@example.org', 'user', now(), now()), ('usr_b', 'B', 'A@Example.org', 'user', now(), now())
            """);

        var refusal = await Should.ThrowAsync<PostgresException>(command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        refusal.ConstraintName.ShouldBe("app_user_lower_email_key");
    }
}
