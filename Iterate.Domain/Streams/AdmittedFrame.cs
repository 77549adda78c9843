using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>An ephemeral frame within its limits, at the moment it was sent (requirement S-102).</summary>
/// <param name="Frame">What followers get.</param>
/// <param name="Bytes">Size as JSON in UTF-8.</param>
public sealed record AdmittedFrame(EphemeralFrame Frame, int Bytes)
{
    /// <summary>Largest frame, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Admits a frame.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c> for a bad name or payload, <c>payload-too-large</c>.</exception>
    public static AdmittedFrame Admit(string name, JsonText payload, DateTimeOffset sentAt)
    {
        name = name.Trim();
        if (EventAdmission.FaultOfType(name) is { } fault)
        {
            throw ApiException.InvalidInput("name", fault);
        }

        if (name.StartsWith(CoreEvents.Prefix, StringComparison.Ordinal))
        {
            throw ApiException.InvalidInput("name", $"may not begin with '{CoreEvents.Prefix}', which belongs to events of the platform.");
        }

        if (payload.Text is { } json)
        {
            if (json.Length > MaxBytes)
            {
                throw TooLarge(Encoding.UTF8.GetByteCount(json));
            }

            if (JsonRules.Admit(json, "", out var found) is not { } admitted)
            {
                throw ApiException.InvalidInput("payload", $"{found.Pointer} {found.Message}".TrimStart());
            }

            payload = JsonText.FromTrusted(admitted);
        }

        var frame = new EphemeralFrame { Name = name, Payload = payload, SentAt = sentAt };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(frame, ApiJson.Options).Length;
        return bytes <= MaxBytes ? new(frame, bytes) : throw TooLarge(bytes);
    }

    private static ApiException TooLarge(int bytes) =>
        new(ErrorCodes.PayloadTooLarge, "An ephemeral frame may have 64 KiB.")
        {
            Members = new Dictionary<string, object?>(StringComparer.Ordinal) { ["bytes"] = bytes, ["limit"] = MaxBytes },
        };
}
