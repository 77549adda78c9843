using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>Following over server-sent events (requirements S-90 and S-95).</summary>
public sealed class FollowTests(SharedServer shared) : IAsyncLifetime
{
    private const string Path = "/followed";
    private HttpClient _client = null!;
    private Person _person = null!;

    public async ValueTask InitializeAsync()
    {
        _person = await shared.Server.PersonAsync();
        _client = shared.Server.Client(bearer: _person.Secret);
        // After the event that every stream begins with.
        (await _client.AppendAsync(_person.Slug, Path, count: 2)).HeadOffset.ShouldBe(3);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_first_batch_comes_at_once_even_without_events()
    {
        await using var stream = await FollowAsync();

        var first = await NextAsync(stream);

        first.Event.ShouldBe("batch");
        first.Retry.ShouldBe("1000");
        first.Id.ShouldBe("3");
        first.Offsets.ShouldBeEmpty();
        first.Json["headOffset"]!.GetValue<long>().ShouldBe(3);
        stream.Response.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Fact]
    public async Task An_appended_event_arrives_and_its_id_is_where_to_go_on()
    {
        await using var stream = await FollowAsync();
        await NextAsync(stream);

        await _client.AppendAsync(_person.Slug, Path, count: 2);

        var batch = await NextAsync(stream);
        batch.Offsets.ShouldBe([4, 5]);
        batch.Id.ShouldBe("5");
    }

    [Fact]
    public async Task A_resumed_reader_receives_exactly_what_follows_the_id()
    {
        await using var stream = await FollowAsync(new { project = _person.Slug, path = Path, afterOffset = 0 }, lastEventId: "2");

        (await NextAsync(stream)).Offsets.ShouldBe([3]);
    }

    [Fact]
    public async Task An_id_takes_the_place_of_a_tail()
    {
        await using var stream = await FollowAsync(new { project = _person.Slug, path = Path, tail = 1 }, lastEventId: "1");

        (await NextAsync(stream)).Offsets.ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_refusal_before_the_first_batch_is_an_ordinary_problem()
    {
        using var response = await _client.PostAsync("streams/follow", new { project = _person.Slug, path = Path, afterOffset = 99 });

        (await response.ProblemAsync(ErrorCodes.CursorAhead))["headOffset"]!.GetValue<long>().ShouldBe(3);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public async Task An_id_that_is_none_of_ours_is_refused(string id)
    {
        _client.DefaultRequestHeaders.Add("Last-Event-ID", id);

        using var response = await _client.PostAsync("streams/follow", new { project = _person.Slug, path = Path });

        (await response.ProblemAsync(ErrorCodes.InvalidInput))["errors"]!["Last-Event-ID"].ShouldNotBeNull();
    }

    private Task<EventStream> FollowAsync() => FollowAsync(new { project = _person.Slug, path = Path }, lastEventId: null);

    private Task<EventStream> FollowAsync(object request, string? lastEventId) =>
        EventStream.PostAsync(_client, "streams/follow", request, lastEventId);

    private static async Task<EventStream.Frame> NextAsync(EventStream stream) =>
        (await stream.NextAsync()).ShouldNotBeNull();
}
