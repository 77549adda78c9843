using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Iterate.Domain.Api;
using Iterate.Testing;

namespace Iterate.Infrastructure.Tests.Api;

/// <summary>Stands behind the guard and reports what arrives: the context of each call, and of each item asked for.</summary>
internal sealed class ProbeStreams : StreamsStub
{
    private readonly TaskCompletionSource _following = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Contexts in order of arrival.</summary>
    public List<CallContext> Contexts { get; } = [];

    /// <summary>What a follower gets.</summary>
    public Channel<StreamBatch> Batches { get; } = Channel.CreateUnbounded<StreamBatch>();

    /// <summary>Somebody follows.</summary>
    public Task Following => _following.Task;

    public override Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        Contexts.Add(CallContext.Current);
        return Task.FromResult(new AppendResponse("str_1", [], 0, 0));
    }

    public override async IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _following.TrySetResult();
        while (true)
        {
            var batch = await Batches.Reader.ReadAsync(cancellationToken);
            Contexts.Add(CallContext.Current);
            yield return batch;
        }
    }
}
