using System.Globalization;
using System.Net;
using System.Text;
using Iterate.Cli.Http;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class LiveReaderTests : IDisposable
{
    private const string Method = "streams/follow";

    private static readonly FollowRequest FromStart = new("demo", "/a", AfterOffset: 0);

    private readonly ImpatientTime _time = new(longest: TimeSpan.FromSeconds(20));
    private readonly FakeServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Frames_are_whole_wherever_the_network_cuts_them()
    {
        var body = Encoding.UTF8.GetBytes(": hello\n\nretry: 1000\n\n" + Batch(1, 2) + ": heartbeat\n\n" + Batch(3) + End());
        _server.On(Method, _ => FakeServer.EventStream(ScriptedStream.ByteByByte(body, ScriptedEnd.Closed)));

        (await OffsetsAsync()).ShouldBe([1, 2, 3]);
        _server.Requests.ShouldHaveSingleItem().LastEventId.ShouldBeNull();
    }

    [Fact]
    public async Task Data_of_several_lines_and_other_line_ends_are_understood()
    {
        var data = Batch(1).Replace("\"events\"", "\ndata: \"events\"", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        _server.On(Method, _ => FakeServer.EventStream(data + End()));

        (await OffsetsAsync()).ShouldBe([1]);
    }

    [Fact]
    public async Task Frames_of_kinds_this_build_does_not_know_are_skipped()
    {
        _server.On(Method, _ => FakeServer.EventStream("event: progress\ndata: not even json\n\n" + Batch(1) + End()));

        (await OffsetsAsync()).ShouldBe([1]);
    }

    [Theory]
    [InlineData(nameof(ScriptedEnd.Closed))]
    [InlineData(nameof(ScriptedEnd.Broken))]
    public async Task A_lost_connection_goes_on_after_the_last_whole_frame(string end)
    {
        var half = Batch(3)[..^1];
        _server.InTurn(
            Method,
            _ => FakeServer.EventStream(new ScriptedStream([Encoding.UTF8.GetBytes(Batch(1) + Batch(2) + half)], Enum.Parse<ScriptedEnd>(end))),
            _ => FakeServer.EventStream(Batch(3) + Batch(4) + End()));

        (await OffsetsAsync()).ShouldBe([1, 2, 3, 4]);
        _server.Requests.Select(request => request.LastEventId).ShouldBe([null, "2"]);
        _server.Requests.Select(request => request.Body).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_empty_batch_moves_the_cursor()
    {
        _server.InTurn(
            Method,
            _ => FakeServer.EventStream(Frame(41)),
            _ => FakeServer.EventStream(Batch(42) + End()));

        (await OffsetsAsync()).ShouldBe([42]);
        _server.Requests[^1].LastEventId.ShouldBe("41");
    }

    [Fact]
    public async Task A_server_that_shuts_down_is_followed_on_the_next_one()
    {
        _server.InTurn(
            Method,
            _ => FakeServer.EventStream(Batch(1) + End("shutdown")),
            _ => throw new HttpRequestException("Connection refused"),
            _ => FakeServer.Problem(HttpStatusCode.ServiceUnavailable, """{"code":"database-unavailable","detail":"Not yet."}"""),
            _ => FakeServer.EventStream(Batch(2) + End()));

        (await OffsetsAsync()).ShouldBe([1, 2]);
        _server.Requests.Select(request => request.LastEventId).ShouldBe([null, "1", "1", "1"]);
    }

    [Fact]
    public async Task Waits_begin_with_the_interval_of_the_server_and_double()
    {
        _server.InTurn(
            Method,
            _ => FakeServer.EventStream("retry: 2000\n\n" + Batch(1)),
            _ => throw new HttpRequestException("Connection refused"),
            _ => throw new HttpRequestException("Connection refused"),
            _ => throw new HttpRequestException("Connection refused"),
            _ => throw new HttpRequestException("Connection refused"),
            _ => FakeServer.EventStream(Batch(2) + End()));

        await OffsetsAsync();

        double[] expected = [2, 4, 8, 15, 15];
        _time.Waits.Count.ShouldBe(expected.Length);
        foreach (var (wait, seconds) in _time.Waits.Zip(expected))
        {
            wait.TotalSeconds.ShouldBeInRange(Math.Min(seconds * 0.8, 12), Math.Min(seconds * 1.2, 15));
        }
    }

    [Fact]
    public async Task Silence_longer_than_three_heartbeats_is_a_lost_connection()
    {
        var everyWaitEnds = new ImpatientTime(TimeSpan.FromMinutes(1));
        _server.InTurn(
            Method,
            _ => FakeServer.EventStream(new ScriptedStream([], ScriptedEnd.Silent)),
            _ => FakeServer.EventStream(Batch(1) + End()));

        (await OffsetsAsync(everyWaitEnds)).ShouldBe([1]);
        everyWaitEnds.Waits.ShouldContain(LiveReader.LongestSilence);
    }

    [Fact]
    public async Task The_first_connection_must_succeed()
    {
        _server.On(Method, _ => throw new HttpRequestException("Connection refused"));

        await Should.ThrowAsync<ServerUnreachableException>(() => OffsetsAsync());
        _server.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_refusal_on_the_way_back_ends_the_reading()
    {
        _server.InTurn(
            Method,
            _ => FakeServer.EventStream(Batch(1)),
            _ => FakeServer.Problem(HttpStatusCode.Unauthorized, """{"code":"unauthenticated","detail":"Signed out."}"""));

        (await Should.ThrowAsync<ApiException>(() => OffsetsAsync())).Code.ShouldBe(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_final_frame_with_a_code_is_a_refusal()
    {
        _server.On(Method, _ => FakeServer.EventStream(Batch(1) + End("stream-deleted")));

        (await Should.ThrowAsync<ApiException>(() => OffsetsAsync())).Code.ShouldBe("stream-deleted");
    }

    [Fact]
    public async Task A_final_frame_with_a_code_of_a_newer_server_is_a_refusal_too()
    {
        _server.On(Method, _ => FakeServer.EventStream(Batch(1) + End("from-the-future")));

        (await Should.ThrowAsync<UnknownRefusalException>(() => OffsetsAsync())).Code.ShouldBe("from-the-future");
    }

    [Fact]
    public async Task An_item_that_cannot_be_read_is_not_asked_for_again()
    {
        _server.On(Method, _ => FakeServer.EventStream("event: batch\nid: 1\ndata: {\"events\":1}\n\n"));

        await Should.ThrowAsync<InvalidDataException>(() => OffsetsAsync());
        _server.Requests.ShouldHaveSingleItem();
    }

    private async Task<List<long>> OffsetsAsync(TimeProvider? time = null)
    {
        using var client = new HttpClient(_server) { BaseAddress = new(CliRun.Url) };
        var streams = HttpApi.Create<IStreamsApi>(new ApiTransport(client) { Time = time ?? _time });
        var offsets = new List<long>();
        await foreach (var batch in streams.FollowAsync(FromStart, TestContext.Current.CancellationToken))
        {
            offsets.AddRange(batch.Events.Select(streamEvent => streamEvent.Offset));
        }

        return offsets;
    }

    private static string Batch(params long[] offsets) => Frame(offsets[^1], offsets);

    private static string Frame(long scannedThrough, params long[] offsets)
    {
        var events = offsets.Select(offset =>
            string.Create(CultureInfo.InvariantCulture, $$"""{"offset":{{offset}},"type":"t","createdAt":"2026-11-21T09:00:00.000Z"}"""));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"event: batch\nid: {scannedThrough}\ndata: {{\"streamId\":\"str_1\",\"events\":[{string.Join(',', events)}],\"headOffset\":{scannedThrough},\"scannedThroughOffset\":{scannedThrough},\"addedTomorrow\":1}}\n\n");
    }

    private static string End(string? code = null) =>
        $"event: end\ndata: {(code is null ? "{}" : $"{{\"code\":\"{code}\"}}")}\n\n";
}
