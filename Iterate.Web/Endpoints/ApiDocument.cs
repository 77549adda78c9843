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
            else if (context.JsonTypeInfo.Type == typeof(EventInput))
            {
                DescribeEventInput(schema);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>It has a converter of its own, so its shape cannot be derived (streams.md, section 2).</summary>
    private static void DescribeEventInput(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Required = new HashSet<string>(StringComparer.Ordinal) { "type" };
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 },
            ["payload"] = new OpenApiSchema { Description = "Any JSON value; absent and null differ." },
            ["metadata"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "At most 64 KiB." },
            ["source"] = new OpenApiSchema { Type = JsonSchemaType.Object },
            ["idempotencyKey"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 },
            ["offset"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Description = "Precondition: the offset about to be assigned." },
        };
    }
}
