using System.Buffers.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Accounts;

/// <summary>The key a page of projects ended at; opaque to callers.</summary>
internal sealed record ProjectCursor(string OrganizationName, string OrganizationId, string Name)
{
    public static ProjectCursor After(ProjectSummary project) => new(project.OrganizationName, project.OrganizationId, project.Name);

    /// <exception cref="ApiException"><c>invalid-input</c>: not a cursor we handed out.</exception>
    public static ProjectCursor Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ProjectCursor>(Base64Url.DecodeFromChars(text), ApiJson.Options) ?? throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw ApiException.InvalidInput("cursor", "is not one that an earlier page answered");
        }
    }

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options));
}
