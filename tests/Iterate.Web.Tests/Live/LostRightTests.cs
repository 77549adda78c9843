using Iterate.Domain.Api;
using Iterate.Testing;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Hubs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>A follow outlives its right by at most 60 s (requirement S-100).</summary>
public sealed class LostRightTests
{
    [Fact]
    public async Task Whoever_leaves_the_organization_is_told_not_found_on_every_face()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var server = await IterateServer.StartAsync(replace: services => services.AddSingleton<TimeProvider>(time));
        var person = await server.PersonAsync();
        using var client = server.Client(bearer: person.Secret);
        await client.AppendAsync(person.Slug, "/a");
        await using var events = await EventStream.PostAsync(client, "streams/follow", new { project = person.Slug, path = "/a" });
        await events.NextAsync();
        await using var hub = await HubConnection.OpenAsync(server, person.Secret);
        await hub.FollowAsync(new { project = person.Slug, path = "/a" });
        await hub.NextAsync();
        await using (var leave = server.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("delete from membership where user_id = $1"))
        {
            leave.Parameters.Add(new() { Value = person.User.UserId });
            await leave.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        time.Advance(TimeSpan.FromSeconds(60));

        EventStream.Frame end;
        do
        {
            end = (await events.NextAsync())!;
        }
        while (end.Comment is not null);

        end.Event.ShouldBe("end");
        end.Json["code"]!.GetValue<string>().ShouldBe(ErrorCodes.NotFound);
        (await hub.ErrorAsync()).ShouldBe(ErrorCodes.NotFound);
    }
}
