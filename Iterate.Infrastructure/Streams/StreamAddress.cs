using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>The address of a stream.</summary>
internal readonly record struct StreamAddress(string ProjectId, StreamPath Path);
