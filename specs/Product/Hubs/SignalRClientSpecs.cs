using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Hubs;

/// <summary>What people build on the hub with the client library of its makers.</summary>
public sealed class SignalRClientSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    private const string Stream = """
        async ([target, request]) => {
          const connection = new signalR.HubConnectionBuilder().withUrl("/hubs/streams").build();
          window.batches = [];
          await connection.start();
          connection.stream(target, request).subscribe({
            next: batch => batches.push(batch),
            error: error => (window.ended = error.message),
            complete: () => (window.ended = "complete"),
          });
        }
        """;

    [Spec]
    public async Task a_stream_is_followed_each_event_once_and_in_order()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 3);
        await OpenAsync();
        await Page.EvaluateAsync(Stream, new object[] { "Follow", new { project = Project.Slug, path = "/notes", afterOffset = 0, ephemeral = true } });
        await Page.WaitForFunctionAsync("() => batches.length > 0");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.AppendNotesAsync(Project.Slug, "/notes", 5)));
        await Api.Streams.SendEphemeralAsync(new(Project.Slug, "/notes", "typing"), TestContext.Current.CancellationToken);

        await Page.WaitForFunctionAsync("() => batches.at(-1).headOffset === 104 && batches.some(batch => batch.ephemeral)");
        (await Page.EvaluateAsync<long[]>("() => batches.flatMap(batch => batch.events.map(event => event.offset))"))
            .ShouldBe(Enumerable.Range(1, 104).Select(offset => (long)offset));
        (await Page.EvaluateAsync<string[]>("() => batches.flatMap(batch => batch.ephemeral ?? []).map(frame => frame.name)")).ShouldBe(["typing"]);
    }

    [Spec]
    public async Task a_refusal_ends_it_with_its_code()
    {
        await OpenAsync();
        await Page.EvaluateAsync(Stream, new object[] { "Follow", new { project = Project.Slug, path = "/missing" } });

        await Page.WaitForFunctionAsync("() => window.ended");
        (await Page.EvaluateAsync<string>("() => ended")).ShouldEndWith(ErrorCodes.NotFound);
    }

    private async Task OpenAsync()
    {
        await Page.AddInitScriptAsync(scriptPath: await SignalRClient.ScriptAsync());
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
    }
}
