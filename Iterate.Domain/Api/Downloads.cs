namespace Iterate.Domain.Api;

/// <summary>
/// A live method whose items are the parts of a file. Over HTTP it answers the file itself instead of server-sent events,
/// also to GET, so that a link downloads it; the CLI writes it to standard output.
/// </summary>
/// <remarks>The method returns <c>IAsyncEnumerable&lt;FilePart&gt;</c>; the first part, and no other, has a <see cref="FilePart.Head"/>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DownloadAttribute(string contentType) : Attribute
{
    /// <summary>Media type of the file.</summary>
    public string ContentType { get; } = contentType;
}

/// <summary>A part of a file on its way.</summary>
/// <param name="Bytes">What follows the part before it; valid until the next part is asked for.</param>
/// <param name="Head">What the file is; only with the first part.</param>
public sealed record FilePart(ReadOnlyMemory<byte> Bytes, FileHead? Head = null);

/// <summary>What a download is.</summary>
/// <param name="Name">Name to save it under: ASCII without quotes or separators.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Headers">Further headers of the answer.</param>
public sealed record FileHead(string Name, string ContentType, IReadOnlyDictionary<string, string> Headers);
