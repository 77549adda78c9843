using Iterate.Domain.Api;

namespace Iterate.Testing;

/// <summary>A group <c>streams</c> that does nothing but what a test overrides.</summary>
public abstract class StreamsStub : IStreamsApi
{
    public virtual IAsyncEnumerable<StreamBatch> FollowAsync(FollowRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<PresenceList> PresenceAsync(PresenceRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<StreamListChange> ListLiveAsync(ListLiveRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<SendEphemeralResponse> SendEphemeralAsync(SendEphemeralRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<CreateStreamResponse> CreateAsync(CreateStreamRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ListStreamsResponse> ListAsync(ListStreamsRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StreamChangeResponse> UpdateMetadataAsync(UpdateMetadataRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StreamChangeResponse> PauseAsync(PauseRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StreamChangeResponse> ResumeAsync(ResumeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StreamChangeResponse> ConfigureBreakerAsync(ConfigureBreakerRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ArchiveResponse> ArchiveAsync(ArchiveRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ArchiveResponse> UnarchiveAsync(UnarchiveRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<DeleteStreamResponse> DeleteAsync(DeleteStreamRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<VerifyResponse> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<GenerateResponse> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ReadResponse> ReadAsync(ReadRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StreamEvent> GetEventAsync(GetEventRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<CountResponse> CountAsync(CountRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<WaitForEventResponse> WaitForEventAsync(WaitForEventRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<LocateResponse> LocateAsync(LocateRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StateResponse> StateAsync(StateRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<StateAtResponse> StateAtAsync(StateAtRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<FilePart> ExportAsync(ExportRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ImportStatus> ImportStartAsync(ImportStartRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ImportStatus> ImportChunkAsync(ImportChunkRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ImportStatus> ImportFinishAsync(ImportFinishRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<ImportStatus> ImportCancelAsync(ImportCancelRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<ImportStatus> ImportStatusAsync(ImportStatusRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<AppendManyResponse> AppendManyAsync(AppendManyRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<PreviewAppendResponse> PreviewAppendAsync(PreviewAppendRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
