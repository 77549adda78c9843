using Iterate.Domain.Api;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Iterate.Web.Endpoints;

/// <summary>
/// The OpenAPI document at <c>/api/openapi.json</c>. The framework describes the endpoints; this adds what only the
/// contract knows: operation names, tiers, and that a JSON text is any JSON value.
/// </summary>
internal static class ApiDocument
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Iterate", Version = "1", Description = "One contract, four faces: pages, HTTP, CLI and MCP." };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var method = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiMethod>().SingleOrDefault();
            if (method is not null)
            {
                operation.OperationId = method.FullName;
                operation.Description = $"Tier: {System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(method.Tier.ToString())}.";
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(JsonText))
            {
                schema.Type = null;
                schema.Properties?.Clear();
                schema.Description = "Any JSON value.";
            }

            return Task.CompletedTask;
        });
    }
}
