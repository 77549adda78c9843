namespace Iterate.Cli.Http;

/// <summary>No answer of an iterate server: nobody listens, the connection broke, or something else answered.</summary>
internal sealed class ServerUnreachableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A refusal whose code this build does not know, because the server is newer. Known codes are
/// <see cref="Domain.Api.ApiException"/>.
/// </summary>
internal sealed class UnknownRefusalException(string code, int status, string detail) : Exception(detail)
{
    /// <summary>Machine code as the server sent it.</summary>
    public string Code { get; } = code;

    /// <summary>HTTP status of the answer; 0 for a refusal that ended a live method.</summary>
    public int Status { get; } = status;
}
