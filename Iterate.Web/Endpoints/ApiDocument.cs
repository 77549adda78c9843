using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.Mvc;
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
                if (HttpMethods.IsGet(context.Description.HttpMethod ?? ""))
                {
                    operation.OperationId += ".get";
                    operation.Parameters = [.. Parameters(QueryParameter.Of(method.RequestType))];
                }

                operation.Description = $"Tier: {JsonNamingPolicy.KebabCaseLower.ConvertName(method.Tier.ToString())}.";
            }

            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Complete(schema, context.JsonTypeInfo);
            return Task.CompletedTask;
        });
    }

    private static IEnumerable<IOpenApiParameter> Parameters(IReadOnlyList<QueryParameter> parameters) =>
        parameters.SelectMany(parameter => Parameters(parameter.Members).Prepend(new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Required = parameter.IsRequired,
            Schema = SchemaOf(parameter),
        }));

    private static OpenApiSchema SchemaOf(QueryParameter parameter)
    {
        if (parameter.IsList)
        {
            return new() { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        var type = parameter.Type;
        return type.IsEnum ? new() { Type = JsonSchemaType.String, Enum = [.. Enum.GetNames(type).Select(name => JsonValue.Create(JsonNamingPolicy.KebabCaseLower.ConvertName(name)))] }
            : parameter.IsText ? new() { Type = JsonSchemaType.String }
            : type == typeof(bool) ? new() { Type = JsonSchemaType.Boolean }
            : type.IsPrimitive ? new() { Type = JsonSchemaType.Integer }
            : new() { Type = JsonSchemaType.String, Description = parameter.Members.Count == 0 ? "JSON." : "JSON; instead of its members one by one." };
    }

    private static void Complete(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Type == typeof(JsonText))
        {
            schema.Type = null;
            schema.Properties?.Clear();
            schema.Description = "Any JSON value.";
        }
        else if (type.Type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String;
        }
        else if (type.ElementType == typeof(EventInput))
        {
            schema.Items = EventInputSchema();
        }
        else if (type.Type == typeof(ProblemDetails))
        {
            DescribeProblem(schema);
        }
    }

    /// <summary>The members that every problem of ours has, and those of <c>invalid-input</c>.</summary>
    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. ErrorCodes.All.Select(code => JsonValue.Create(code))] };
        schema.Properties["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String };
        schema.Properties["errors"] = new OpenApiSchema { Description = "What is wrong, by field or by event." };
    }

    /// <summary>It has a converter of its own, so its shape cannot be derived (streams.md, section 2).</summary>
    private static OpenApiSchema EventInputSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "type" },
        AdditionalPropertiesAllowed = false,
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 },
            ["payload"] = new OpenApiSchema { Description = "Any JSON value; absent and null differ." },
            ["metadata"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "At most 64 KiB." },
            ["source"] = new OpenApiSchema { Type = JsonSchemaType.Object },
            ["idempotencyKey"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 },
            ["offset"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Description = "Precondition: the offset about to be assigned." },
        },
    };
}
