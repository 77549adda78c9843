using Iterate.Domain.Accounts;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Accounts;

public sealed class SessionStoreTests : IAsyncLifetime
{
    private AccountsHost _host = null!;
    private string _userId = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await AccountsHost.CreateAsync();
        _userId = await _host.Owner.EnsureAsync(Token);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task a_secret_finds_its_person()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Browser, label: null, Token);

        var caller = (await _host.Sessions.FindAsync(session.Secret, Token)).ShouldNotBeNull();
        caller.UserId.ShouldBe(_userId);
        caller.IsSystemAdmin.ShouldBeTrue();
        (await _host.Sessions.FindByIdAsync(session.SessionId, Token)).ShouldBe(caller);
    }

    [Fact]
    public async Task a_wrong_secret_finds_nobody() => (await _host.Sessions.FindAsync("itc_nobody", Token)).ShouldBeNull();

    [Fact]
    public async Task a_cli_secret_can_be_recognized()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Cli, "laptop", Token);

        session.Secret.ShouldMatch("^itc_[0-9a-hjkmnp-tv-z]{52}$");
    }

    [Fact]
    public async Task a_browser_secret_holds_256_bits()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Browser, label: null, Token);

        System.Buffers.Text.Base64Url.DecodeFromChars(session.Secret).Length.ShouldBe(32);
    }

    [Fact]
    public async Task an_unused_session_ends_after_thirty_days()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Browser, label: null, Token);

        _host.Time.Advance(TimeSpan.FromDays(30));

        (await _host.Sessions.FindAsync(session.Secret, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task a_session_in_use_lasts_180_days_and_no_longer()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Browser, label: null, Token);
        for (var use = 1; use <= 8; use++)
        {
            _host.Time.Advance(TimeSpan.FromDays(20));
            (await _host.Sessions.FindAsync(session.Secret, Token)).ShouldNotBeNull();
        }

        _host.Time.Advance(TimeSpan.FromDays(20));

        (await _host.Sessions.FindAsync(session.Secret, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task uses_within_a_minute_are_written_once()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Browser, label: null, Token);
        var opened = await LastSeenAsync(session.SessionId);

        _host.Time.Advance(TimeSpan.FromSeconds(59));
        await _host.Sessions.FindAsync(session.Secret, Token);
        (await LastSeenAsync(session.SessionId)).ShouldBe(opened);

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        await _host.Sessions.FindAsync(session.Secret, Token);
        (await LastSeenAsync(session.SessionId)).ShouldBe(opened + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task a_revoked_session_is_out_at_once()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Browser, label: null, Token);

        await _host.Sessions.RevokeAsync(session.SessionId, Token);

        (await _host.Sessions.FindAsync(session.Secret, Token)).ShouldBeNull();
        (await _host.Sessions.FindByIdAsync(session.SessionId, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task the_secret_is_nowhere_in_the_database()
    {
        var session = await _host.Sessions.CreateAsync(_userId, SessionKind.Cli, "laptop", Token);
        await using var dump = _host.Database.DataSource.CreateCommand("select string_agg(session::text, ' ') from session");

        ((string)(await dump.ExecuteScalarAsync(Token))!).ShouldNotContain(session.Secret);
        session.ToString().ShouldNotContain(session.Secret);
    }

    private async Task<DateTimeOffset> LastSeenAsync(string sessionId)
    {
        await using var context = await _host.Database.Contexts.CreateDbContextAsync(Token);
        return (await context.Sessions.FindAsync([sessionId], Token))!.LastSeenAt;
    }
}
