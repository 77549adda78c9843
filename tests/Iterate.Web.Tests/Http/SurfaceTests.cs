using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Http;

/// <summary>Everything the host answers to (requirements A-38 and A-63), and how it describes that.</summary>
public sealed class SurfaceTests(SharedServer shared)
{
    private static readonly string[] Faces = ["/api/", "/login/", "/hubs/", "/_blazor", "/health/"];

    // How the development server finds files that are not in its manifest; a published one does not have it.
    private const string FilesAddedSinceTheBuild = "/{**path:file}";

    private IEnumerable<RouteEndpoint> Endpoints =>
        shared.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void The_pages_are_those_of_the_route_table() =>
        Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
            .Select(Pattern)
            .ShouldBe(
                ["/login", "/login/link", "/proj/{Project}/streams", "/proj/{Project}/streams/{*Tail}", "/proj/{Project}/streams-split", "/design", "/not-found"],
                ignoreOrder: true);

    [Fact]
    public void Every_other_endpoint_is_a_face_or_a_static_file() =>
        Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null
                && endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
                && !Array.Exists(Faces, face => Pattern(endpoint).StartsWith(face, StringComparison.Ordinal)))
            .Select(Pattern)
            .ShouldBe(["/", "/proj/{project}", "/_framework/opaque-redirect", FilesAddedSinceTheBuild], ignoreOrder: true);

    [Fact]
    public async Task The_document_holds_every_method()
    {
        var paths = (await DocumentAsync())["paths"]!.AsObject();

        paths.Select(path => $"{path.Key} {path.Value!["post"]!["operationId"]!.GetValue<string>()}").ShouldBe(
            ApiContract.Groups.SelectMany(group => group.Methods).Select(method => $"/api/{method.Group}/{method.Name} {method.FullName}"),
            ignoreOrder: true);
        paths.ShouldAllBe(path => path.Value!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"] != null);
        paths.ShouldAllBe(path => path.Value!["post"]!["responses"]!["200"] != null);
        paths["/api/streams/follow"]!["post"]!["responses"]!["200"]!["content"]!["text/event-stream"].ShouldNotBeNull();
    }

    [Fact]
    public async Task The_document_names_the_query_parameters_of_what_only_reads()
    {
        var paths = (await DocumentAsync())["paths"]!.AsObject();

        paths.Where(path => path.Value!["get"] is not null).Select(path => path.Key).ShouldBe(
            ApiContract.Groups.SelectMany(group => group.Methods).Where(method => method.IsReadOnly).Select(method => $"/api/{method.Group}/{method.Name}"),
            ignoreOrder: true);
        var read = paths["/api/streams/read"]!["get"]!;
        read["operationId"]!.GetValue<string>().ShouldBe("streams.read.get");
        read["requestBody"].ShouldBeNull();
        read["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()).ShouldBe(
            ["project", "path", "afterOffset", "beforeOffset", "limit", "direction", "filter", "types", "payload", "metadata", "contains", "streamId"]);
        read["parameters"]!.AsArray().Where(parameter => parameter!["required"]?.GetValue<bool>() == true)
            .Select(parameter => parameter!["name"]!.GetValue<string>()).ShouldBe(["project", "path"]);
    }

    [Fact]
    public async Task The_document_describes_events_as_they_are_handed_in()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!.AsObject();

        var input = schemas["AppendRequest"]!["properties"]!["events"]!["items"]!;
        input["type"]!.GetValue<string>().ShouldBe("object");
        input["properties"]!.AsObject().Select(property => property.Key)
            .ShouldBe(["type", "payload", "metadata", "source", "idempotencyKey", "offset"], ignoreOrder: true);
        input["required"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["type"]);
        input["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        schemas["ReadRequest"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["project", "path"], ignoreOrder: true);
        schemas["StreamEvent"]!["properties"]!["createdAt"]!["type"]!.GetValue<string>().ShouldBe("string");
        schemas["ProblemDetails"]!["properties"]!["code"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>()).ShouldBe(ErrorCodes.All);
    }

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    private async Task<JsonNode> DocumentAsync()
    {
        using var client = shared.Server.Client();
        using var response = await client.GetPathAsync("api/openapi.json");
        var document = JsonNode.Parse(await response.TextAsync())!;
        document["openapi"]!.GetValue<string>().ShouldStartWith("3.");
        return document;
    }
}
