using System.Text.Json.Nodes;
using Iterate.Domain.Api;

namespace Iterate.Web.Tests.Http;

/// <summary>A request of every contract method that does not write, or that may be repeated, in a project with one stream of three events.</summary>
internal static class SampleRequests
{
    public const string Path = "/samples/one";

    private const string NoEvent = "obe_01jd0000000000000000000000";

    private const string NoJob = "obj_01jd0000000000000000000000";

    /// <summary>The body for <paramref name="method"/>; a new method has to come here to be tested at all.</summary>
    public static JsonObject For(ApiMethod method, string project) => method.FullName switch
    {
        "auth.whoami" => [],
        "projects.list" => new() { ["limit"] = 10 },
        "projects.get" => new() { ["project"] = project },
        "projects.create" => new() { ["organization"] = "no-such-organization", ["name"] = "x" },
        "streams.append" => new() { ["project"] = project, ["path"] = Path, ["events"] = new JsonArray() },
        "streams.create" => new() { ["project"] = project, ["path"] = Path },
        "streams.append-many" => new() { ["project"] = project, ["batches"] = new JsonArray(new JsonObject { ["path"] = Path, ["events"] = new JsonArray() }) },
        "streams.preview-append" => new() { ["project"] = project, ["path"] = Path, ["events"] = new JsonArray() },
        "streams.state" => new() { ["project"] = project, ["path"] = Path },
        "streams.state-at" => new() { ["project"] = project, ["path"] = Path, ["offset"] = 2 },
        "streams.update-metadata" => new() { ["project"] = project, ["path"] = "/samples/none", ["metadata"] = new JsonObject() },
        "streams.pause" or "streams.resume" or "streams.archive" or "streams.unarchive" or "streams.verify" =>
            new() { ["project"] = project, ["path"] = "/samples/none" },
        "streams.configure-breaker" => new() { ["project"] = project, ["path"] = "/samples/none", ["burstCapacity"] = 1, ["refillPerMinute"] = 1 },
        "streams.delete" => new() { ["project"] = project, ["path"] = "/samples/none", ["confirmPath"] = "/samples/none" },
        "streams.generate" => new() { ["project"] = project, ["path"] = "/samples/none", ["count"] = 1 },
        "streams.read" => new() { ["project"] = project, ["path"] = Path, ["direction"] = "backward", ["limit"] = 2, ["filter"] = Types("test/*", "other") },
        "streams.get-event" => new() { ["project"] = project, ["path"] = Path, ["offset"] = 2 },
        "streams.count" => new() { ["project"] = project, ["path"] = Path, ["filter"] = Types("test/happened") },
        "streams.wait-for-event" => new() { ["project"] = project, ["path"] = Path, ["afterOffset"] = 1, ["filter"] = new JsonObject { ["contains"] = "HAPPENED" } },
        "streams.locate" => new() { ["project"] = project, ["path"] = Path, ["time"] = "2026-01-01T00:00:00.000Z" },
        "streams.export" => new() { ["project"] = project, ["path"] = Path, ["afterOffset"] = 1, ["filter"] = Types("test/*") },
        "streams.import-start" => new() { ["project"] = project, ["path"] = $"/restored/{Guid.NewGuid():n}", ["mode"] = "restore" },
        "streams.import-chunk" => new() { ["project"] = project, ["id"] = "imp_none", ["fromLine"] = 1, ["body"] = "{}" },
        "streams.import-finish" or "streams.import-cancel" or "streams.import-status" => new() { ["project"] = project, ["id"] = "imp_none" },
        "streams.list" => new() { ["project"] = project, ["under"] = "/samples", ["sort"] = "recent" },
        "streams.follow" => new() { ["project"] = project, ["path"] = Path, ["afterOffset"] = 1, ["filter"] = Types("test/happened") },
        "streams.presence" => new() { ["project"] = project, ["path"] = Path },
        "streams.list-live" => new() { ["project"] = project, ["under"] = "/samples", ["depth"] = 2 },
        "streams.send-ephemeral" => new() { ["project"] = project, ["path"] = Path, ["name"] = "sample/progress", ["payload"] = new JsonObject { ["percent"] = 40 } },
        "outbox.list-events" => new() { ["limit"] = 10, ["consumerStatus"] = "failed" },
        "outbox.get-event" or "outbox.get-chain" => new() { ["eventId"] = NoEvent },
        "outbox.list-lanes" or "outbox.health" or "outbox.watch" or "outbox.watch-failed" or "outbox.process-queue" => [],
        "outbox.retry" or "outbox.archive" => new() { ["jobId"] = NoJob },
        "outbox.retry-many" => new() { ["filter"] = new JsonObject { ["eventName"] = "nobody/did-anything" }, ["expectedCount"] = 1 },
        "outbox.pause-lane" or "outbox.resume-lane" => new() { ["consumer"] = "nobody" },
        "outbox.list-for-target" => new() { ["project"] = project, ["kind"] = "machine", ["id"] = "mch_1", ["limit"] = 5 },
        "outbox.retry-for-target" => new() { ["project"] = project, ["kind"] = "machine", ["id"] = "mch_1", ["jobId"] = NoJob },
        "testing.emit" => new() { ["name"] = "succeed" },
        "testing.insert-malformed-job" or "testing.insert-missing-consumer-job" or "testing.purge" => [],
        "testing.run-until-idle" => new() { ["timeoutMs"] = 10 },
        "testing.set-fault" => new() { ["name"] = "outbox-bad", ["on"] = true },
        "testing.create-user" => new() { ["email"] = "", ["name"] = "" },
        "testing.create-organization" => new() { ["name"] = "x", ["project"] = "x", ["ownerEmail"] = "nobody@example.test" },
        "testing.sign-in-as" => new() { ["email"] = "nobody@example.test" },
        var unknown => throw new InvalidOperationException($"Write a sample request for {unknown}."),
    };

    /// <summary>The same request as query parameters.</summary>
    public static string Query(JsonObject body) => string.Join('&', Parameters(body));

    private static IEnumerable<string> Parameters(JsonObject body) => body.SelectMany(member => member.Value switch
    {
        JsonObject nested => Parameters(nested),
        JsonArray list when list.All(item => item is JsonObject) => [$"{member.Key}={Uri.EscapeDataString(list.ToJsonString())}"],
        JsonArray list => list.Select(item => $"{member.Key}={Uri.EscapeDataString(item!.ToString())}"),
        var value => [$"{member.Key}={Uri.EscapeDataString(value!.ToString())}"],
    });

    private static JsonObject Types(params string[] types) => new() { ["types"] = new JsonArray([.. types.Select(type => (JsonNode)type)]) };
}
