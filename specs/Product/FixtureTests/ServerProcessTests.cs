using Shouldly;
using Xunit;

namespace Iterate.Specs.FixtureTests;

public sealed class ServerProcessTests(IterateFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_shared_server_answers()
    {
        using var http = new HttpClient { BaseAddress = fixture.Server.Address };
        using var response = await http.GetAsync("health/live", Cancellation);
        response.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task a_server_that_cannot_start_says_why()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(
            () => ServerProcess.StartAsync("Host=127.0.0.1;Port=1;Database=none;Username=nobody;Timeout=2"));
        failure.Message.ShouldContain("Its log:");
        failure.Message.ShouldContain("127.0.0.1:1");
    }
}
