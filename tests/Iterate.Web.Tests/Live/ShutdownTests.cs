using System.Diagnostics;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Hubs;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>A node that stops lets everybody go (requirement S-99).</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Follows_and_circuits_end_by_themselves_and_at_once()
    {
        await using var server = await IterateServer.StartAsync();
        var person = await server.PersonAsync();
        using var client = server.Client(bearer: person.Secret);
        await client.AppendAsync(person.Slug, "/a");
        await using var events = await EventStream.PostAsync(client, "streams/follow", new { project = person.Slug, path = "/a" });
        await events.NextAsync();
        await using var hub = await HubConnection.OpenAsync(server, person.Secret);
        await hub.FollowAsync(new { project = person.Slug, path = "/a" });
        await hub.NextAsync();
        await using var circuit = await HubConnection.OpenAsync(server, person.Secret, "_blazor", "blazorpack");

        var since = Stopwatch.GetTimestamp();
        var stopping = server.StopAsync();
        var last = await events.LastAsync();
        var followEnded = Stopwatch.GetElapsedTime(since);
        await hub.ClosedAsync();
        await circuit.ClosedAsync();

        last.Event.ShouldBe("end");
        last.Json["code"]!.GetValue<string>().ShouldBe("shutdown");
        followEnded.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await stopping).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
