using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>Appends made-up events of five types, spread over a time (requirement S-186).</summary>
internal sealed class EventGenerator(EventLog log, TimeProvider time)
{
    public const int MaxEvents = 100_000;
    public const int MaxSeconds = 600;

    private static readonly string[] Types = ["demo/message-sent", "demo/step-started", "demo/step-finished", "demo/value-measured", "demo/note-taken"];

    /// <summary>Appends until all are there or the caller goes away.</summary>
    /// <returns>Offset of the newest event.</returns>
    /// <exception cref="ApiException">What an append is refused with.</exception>
    public async Task<long> RunAsync(string projectId, StreamPath path, GenerateRequest request, CancellationToken cancellationToken)
    {
        var head = 0L;
        var started = time.GetTimestamp();
        for (var appended = 0; appended < request.Count;)
        {
            var due = TimeSpan.FromSeconds((double)request.Seconds * appended / request.Count) - time.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, time, cancellationToken);
            }

            EventInput[] batch = [.. Enumerable.Range(appended, Math.Min(request.BatchSize, request.Count - appended)).Select(Make)];
            var admitted = EventAdmission.Admit(batch, EventOrigin.Caller);
            head = (await log.AppendAsync(projectId, path, admitted, AppendMode.MustExist, cancellationToken)).HeadOffset;
            appended += batch.Length;
        }

        return head;
    }

    private static EventInput Make(int number) => new()
    {
        Type = Types[number % Types.Length],
        Payload = JsonText.From(new { number = number + 1, text = $"Event {number + 1} of a generated series", value = number * 37 % 1_000 }),
    };
}
