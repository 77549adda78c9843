using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Accounts;

public sealed class LocalOwnerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iterate-owner-");
    private AccountsHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string TokenFile => Path.Combine(_folder.FullName, "local-token");

    public async ValueTask InitializeAsync() => _host = await AccountsHost.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task the_owner_begins_with_an_organization_and_a_project()
    {
        var userId = await _host.Owner.EnsureAsync(Token);

        var owner = new Caller { UserId = userId, SessionId = "ses_1", IsSystemAdmin = true };
        (await _host.As<IAuthApi>(owner).WhoamiAsync(new(), Token)).User.ShouldBe(new(userId, "Local owner", "owner@localhost", IsSystemAdmin: true));
        var project = (await _host.As<IProjectsApi>(owner).ListAsync(new(), Token)).Projects.ShouldHaveSingleItem();
        (project.Name, project.Slug, project.OrganizationName, project.OrganizationSlug).ShouldBe(("demo", "demo", "Local", "local"));
        _host.Roots.Projects.ShouldBe([project.ProjectId]);
    }

    [Fact]
    public async Task seeding_again_changes_nothing()
    {
        var first = await _host.Owner.EnsureAsync(Token);
        var again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _host.Owner.EnsureAsync(Token)));

        again.ShouldAllBe(userId => string.Equals(userId, first, StringComparison.Ordinal));
        (await CountsAsync()).ShouldBe("1 1 1 1");
    }

    [Fact]
    public async Task hosts_that_start_together_make_one_owner()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _host.Owner.EnsureAsync(Token)));

        (await CountsAsync()).ShouldBe("1 1 1 1");
    }

    [Fact]
    public async Task what_a_crash_left_out_is_made_up_for()
    {
        await _host.Owner.EnsureAsync(Token);
        await using (var crash = _host.Database.DataSource.CreateCommand("delete from project; delete from membership; delete from organization"))
        {
            await crash.ExecuteNonQueryAsync(Token);
        }

        await _host.Owner.EnsureAsync(Token);

        (await CountsAsync()).ShouldBe("1 1 1 1");
    }

    [Fact]
    public async Task the_token_file_opens_a_session_and_only_its_owner_reads_it()
    {
        var userId = await _host.Owner.EnsureAsync(Token);
        await _host.Owner.EnsureTokenFileAsync(userId, TokenFile, Token);

        File.GetUnixFileMode(TokenFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await _host.Sessions.FindAsync(await SecretAsync(), Token))!.UserId.ShouldBe(userId);
    }

    [Fact]
    public async Task a_token_that_still_works_is_kept()
    {
        var userId = await _host.Owner.EnsureAsync(Token);
        await _host.Owner.EnsureTokenFileAsync(userId, TokenFile, Token);
        var secret = await SecretAsync();

        await _host.Owner.EnsureTokenFileAsync(userId, TokenFile, Token);

        (await SecretAsync()).ShouldBe(secret);
    }

    [Fact]
    public async Task a_token_that_no_longer_works_is_replaced()
    {
        var userId = await _host.Owner.EnsureAsync(Token);
        await _host.Owner.EnsureTokenFileAsync(userId, TokenFile, Token);
        _host.Time.Advance(TimeSpan.FromDays(31));

        await _host.Owner.EnsureTokenFileAsync(userId, TokenFile, Token);

        (await _host.Sessions.FindAsync(await SecretAsync(), Token)).ShouldNotBeNull();
    }

    private async Task<string> SecretAsync() => (await File.ReadAllTextAsync(TokenFile, Token)).Trim();

    private async Task<string> CountsAsync()
    {
        await using var command = _host.Database.DataSource.CreateCommand(
            """
            select concat_ws(' ', (select count(*) from app_user), (select count(*) from organization),
                (select count(*) from membership where role = 'owner'), (select count(*) from project))
            """);
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }
}
