using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Accounts;

public sealed class AuthServiceTests
{
    [Fact]
    public async Task nobody_is_told_that_nobody_is_signed_in()
    {
        await using var host = await AccountsHost.CreateAsync();

        (await host.As<IAuthApi>(Caller.Anonymous).WhoamiAsync(new(), TestContext.Current.CancellationToken)).ShouldBe(new WhoamiResponse());
    }

    [Fact]
    public async Task a_person_is_told_who_they_are()
    {
        await using var host = await AccountsHost.CreateAsync();
        var ada = await host.PersonAsync("ada@example.org");

        var user = (await host.As<IAuthApi>(ada).WhoamiAsync(new(), TestContext.Current.CancellationToken)).User.ShouldNotBeNull();

        user.ShouldBe(new(ada.UserId!, "ada@example.org", "ada@example.org", IsSystemAdmin: false));
    }
}
