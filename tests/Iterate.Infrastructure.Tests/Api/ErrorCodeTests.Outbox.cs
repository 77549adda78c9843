using Iterate.Domain;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Tests.Api;

public sealed partial class ErrorCodeTests
{
    private static Dictionary<string, Func<ErrorCodeTests, Task>> OfOutbox => new(StringComparer.Ordinal)
    {
        [ErrorCodes.InvalidInput] = test => test.Node.Outbox().ListEventsAsync(new() { Limit = 0 }, InTime),
        [ErrorCodes.NotFound] = test => test.Node.Outbox().RetryAsync(new(TypeId.New("obj", TimeProvider.System)), InTime),
        [ErrorCodes.JobStateConflict] = async test =>
        {
            var job = await test.EndedJobAsync();
            await test.Node.Outbox().ArchiveAsync(new(job), InTime);
        },
    };

    /// <summary>Id of the job that told the root of a new stream.</summary>
    private async Task<string> EndedJobAsync()
    {
        await Append("/a", Event());
        var outbox = Node.Outbox();
        var about = new ListOutboxEventsRequest { ConsumerStatus = OutboxStatus.Success, PayloadContains = JsonText.From(new { projectId = Project, path = "/a" }) };
        var inTime = InTime;
        while (true)
        {
            if ((await outbox.ListEventsAsync(about, inTime)).Events is [var told, ..])
            {
                return told.Jobs.Single().JobId;
            }
        }
    }
}
