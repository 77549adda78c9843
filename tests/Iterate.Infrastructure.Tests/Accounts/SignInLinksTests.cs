using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Accounts;

public sealed class SignInLinksTests : IAsyncLifetime
{
    private const int Rounds = 20;

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
    public async Task a_link_signs_its_person_in()
    {
        var session = await _host.Links.ConsumeAsync(await _host.Links.CreateAsync(_userId, Token), Token);

        (await _host.Sessions.FindAsync(session.Secret, Token))!.UserId.ShouldBe(_userId);
    }

    [Fact]
    public async Task a_link_works_once()
    {
        var link = await _host.Links.CreateAsync(_userId, Token);
        await _host.Links.ConsumeAsync(link, Token);

        await RefusedAsync(link);
    }

    [Fact]
    public async Task a_link_dies_after_fifteen_minutes()
    {
        var link = await _host.Links.CreateAsync(_userId, Token);

        _host.Time.Advance(TimeSpan.FromMinutes(15));

        await RefusedAsync(link);
    }

    [Fact]
    public async Task a_new_link_ends_the_one_before()
    {
        var earlier = await _host.Links.CreateAsync(_userId, Token);
        var later = await _host.Links.CreateAsync(_userId, Token);

        await RefusedAsync(earlier);
        await _host.Links.ConsumeAsync(later, Token);
    }

    [Fact]
    public async Task an_invented_link_is_refused_like_a_used_one() => await RefusedAsync("invented");

    [Fact]
    public async Task of_two_who_race_for_a_link_one_wins()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var link = await _host.Links.CreateAsync(_userId, Token);

            var outcomes = await Task.WhenAll(TryAsync(link), TryAsync(link));

            outcomes.Order(StringComparer.Ordinal).ShouldBe(["link-used", "signed in"]);
        }
    }

    private async Task<string> TryAsync(string link)
    {
        try
        {
            await _host.Links.ConsumeAsync(link, Token);
            return "signed in";
        }
        catch (ApiException refusal)
        {
            return refusal.Code;
        }
    }

    private async Task RefusedAsync(string link)
    {
        var refusal = await Should.ThrowAsync<ApiException>(_host.Links.ConsumeAsync(link, Token));

        refusal.Code.ShouldBe(ErrorCodes.LinkUsed);
        refusal.Status.ShouldBe(409);
    }
}
