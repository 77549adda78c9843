using System.Diagnostics;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Accounts;
using Iterate.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Hubs;

/// <summary>Following over the hub, as <c>&lt;event-stream&gt;</c> does (section 7 of streams.md).</summary>
public sealed class StreamsHubTests(SharedServer shared) : IAsyncLifetime
{
    private const string Path = "/followed";
    private HttpClient _client = null!;
    private Person _person = null!;

    private IterateServer Server => shared.Server;

    public async ValueTask InitializeAsync()
    {
        _person = await Server.PersonAsync();
        _client = Server.Client(bearer: _person.Secret);
        // After the event that every stream begins with.
        (await _client.AppendAsync(_person.Slug, Path, count: 2)).HeadOffset.ShouldBe(3);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_follower_gets_the_tail_at_once_and_then_what_is_appended()
    {
        await using var hub = await HubConnection.OpenAsync(Server, _person.Secret);
        await hub.FollowAsync(new { project = _person.Slug, path = Path, tail = 2 });
        var first = await hub.NextAsync();
        Offsets(first).ShouldBe([2, 3]);
        first["headOffset"]!.GetValue<long>().ShouldBe(3);

        await _client.AppendAsync(_person.Slug, Path);
        var since = Stopwatch.GetTimestamp();
        Offsets(await hub.NextAsync()).ShouldBe([4]);

        // Far from the goal of 150 ms to the pixel, and far below the poll that would hide a wake-up that never came.
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromMilliseconds(750));
    }

    [Fact]
    public async Task A_follower_goes_on_after_the_last_batch_it_got()
    {
        await using var hub = await HubConnection.OpenAsync(Server, _person.Secret);

        await hub.FollowAsync(new { project = _person.Slug, path = Path, afterOffset = 1 });

        var batch = await hub.NextAsync();
        Offsets(batch).ShouldBe([2, 3]);
        batch["scannedThroughOffset"]!.GetValue<long>().ShouldBe(3);
    }

    [Fact]
    public async Task A_batch_looks_the_same_as_over_http()
    {
        await using var hub = await HubConnection.OpenAsync(Server, _person.Secret);
        await hub.FollowAsync(new { project = _person.Slug, path = Path, afterOffset = 2 });
        await using var http = await Live.EventStream.PostAsync(_client, "streams/follow", new { project = _person.Slug, path = Path, afterOffset = 2 });

        (await hub.NextAsync()).ToJsonString().ShouldBe((await http.NextAsync())!.Json.ToJsonString());
    }

    [Fact]
    public async Task Nobody_is_told_so_by_code()
    {
        await using var hub = await HubConnection.OpenAsync(Server, secret: null);

        await hub.FollowAsync(new { project = _person.Slug, path = Path });

        (await hub.ErrorAsync()).ShouldBe(ErrorCodes.Unauthenticated);
    }

    [Theory]
    [InlineData("/nope", null, ErrorCodes.NotFound)]
    [InlineData("no slash", null, ErrorCodes.InvalidPath)]
    [InlineData(Path, 99L, ErrorCodes.CursorAhead)]
    public async Task A_refusal_completes_the_stream_with_its_code(string path, long? afterOffset, string code)
    {
        await using var hub = await HubConnection.OpenAsync(Server, _person.Secret);

        await hub.FollowAsync(new { project = _person.Slug, path, afterOffset });

        (await hub.ErrorAsync()).ShouldBe(code);
    }

    [Fact]
    public async Task A_foreign_stream_is_not_found()
    {
        var outsider = await Server.PersonAsync();
        await using var hub = await HubConnection.OpenAsync(Server, outsider.Secret);

        await hub.FollowAsync(new { project = _person.Slug, path = Path });

        (await hub.ErrorAsync()).ShouldBe(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task An_open_connection_does_not_outlive_its_session()
    {
        await using var hub = await HubConnection.OpenAsync(Server, _person.Secret);
        await Server.Services.GetRequiredService<SessionStore>().RevokeAsync(_person.Session.SessionId, TestContext.Current.CancellationToken);

        await hub.FollowAsync(new { project = _person.Slug, path = Path });

        (await hub.ErrorAsync()).ShouldBe(ErrorCodes.Unauthenticated);
    }

    private static IEnumerable<long> Offsets(JsonNode batch) => batch["events"]!.AsArray().Select(item => item!["offset"]!.GetValue<long>());
}
