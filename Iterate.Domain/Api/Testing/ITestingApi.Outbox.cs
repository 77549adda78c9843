namespace Iterate.Domain.Api;

public partial interface ITestingApi
{
    /// <summary>Enqueues events for the consumers of specs.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    [Access(Tier.Public)]
    Task<EmitTestEventsResponse> EmitAsync(EmitTestEventsRequest request, CancellationToken cancellationToken);

    /// <summary>Enqueues a job whose payload is none of this build's.</summary>
    [Access(Tier.Public)]
    Task<InsertedTestJob> InsertMalformedJobAsync(InsertMalformedJobRequest request, CancellationToken cancellationToken);

    /// <summary>Enqueues a job whose consumer no build has.</summary>
    [Access(Tier.Public)]
    Task<InsertedTestJob> InsertMissingConsumerJobAsync(InsertMissingConsumerJobRequest request, CancellationToken cancellationToken);

    /// <summary>Deletes all events and jobs, finished or not, and lets paused lanes go on.</summary>
    [Access(Tier.Public)]
    Task<PurgeOutboxResponse> PurgeAsync(PurgeOutboxRequest request, CancellationToken cancellationToken);

    /// <summary>Runs jobs, resting ones too, until none is due or runs; a time-out is an answer.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    [Access(Tier.Public)]
    Task<RunUntilIdleResponse> RunUntilIdleAsync(RunUntilIdleRequest request, CancellationToken cancellationToken);

    /// <summary>Sets or lifts a fault on the answering node. All are set when a node starts.</summary>
    [Access(Tier.Public)]
    Task<SetFaultResponse> SetFaultAsync(SetFaultRequest request, CancellationToken cancellationToken);
}

/// <summary>What happens to an emitted event.</summary>
public enum TestEmission
{
    /// <summary>Its two jobs succeed.</summary>
    Succeed,

    /// <summary>Its job fails each time while fault <c>outbox-bad</c> is set.</summary>
    Fail,

    /// <summary>Its job succeeds at the third attempt.</summary>
    Flaky,

    /// <summary>Its job runs for as long as fault <c>outbox-slow</c> is set.</summary>
    Slow,

    /// <summary>Its job kills the process.</summary>
    Crash,
}

/// <summary>Events to enqueue.</summary>
/// <param name="Name">What happens to them.</param>
/// <param name="Count">1 to 1,000.</param>
public sealed record EmitTestEventsRequest(TestEmission Name, int Count = 1);

/// <summary>What was enqueued, in order.</summary>
public sealed record EmitTestEventsResponse(IReadOnlyList<string> EventIds);

/// <summary>A job that cannot be read.</summary>
public sealed record InsertMalformedJobRequest;

/// <summary>A job that nobody takes.</summary>
public sealed record InsertMissingConsumerJobRequest;

/// <summary>A job that was made by hand.</summary>
public sealed record InsertedTestJob(string EventId, string JobId);

/// <summary>Everything.</summary>
public sealed record PurgeOutboxRequest;

/// <summary>What was deleted.</summary>
/// <param name="Events">Events.</param>
public sealed record PurgeOutboxResponse(long Events);

/// <summary>How long to wait.</summary>
/// <param name="TimeoutMs">1 to 120,000.</param>
public sealed record RunUntilIdleRequest(int TimeoutMs = 30_000);

/// <summary>Whether nothing is left to do now.</summary>
/// <param name="Idle">No job of a lane that goes on is due, runs or rests.</param>
/// <param name="Unfinished">Those that do.</param>
public sealed record RunUntilIdleResponse(bool Idle, int Unfinished);

/// <summary>Faults that specs can lift.</summary>
public enum TestFault
{
    /// <summary>Consumer <c>bad</c> fails.</summary>
    OutboxBad,

    /// <summary>Consumer <c>slow</c> goes on and on.</summary>
    OutboxSlow,
}

/// <summary>A fault to set or lift.</summary>
/// <param name="Name">Which.</param>
/// <param name="On">Set it, or lift it.</param>
public sealed record SetFaultRequest(TestFault Name, bool On);

/// <summary>What holds now.</summary>
public sealed record SetFaultResponse(TestFault Name, bool On);
