using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Output;

/// <summary>Prints answers: a table on a terminal, else JSON, one value a line.</summary>
internal sealed class ResultWriter(CliHost host, bool json)
{
    /// <summary>Answers go to a person, not to a program.</summary>
    public bool IsTable => !json && host.OutputColumns is not null;

    /// <summary>The answer of a method.</summary>
    public async Task WriteAsync(object answer)
    {
        if (host.OutputColumns is { } columns && IsTable)
        {
            await host.Output.WriteAsync(
                answer is ListOutboxEventsResponse events ? OutboxTable.Of(events, columns, host.Time.GetUtcNow()) : ResultTable.Of(answer, columns));
        }
        else
        {
            await WriteJsonAsync(answer);
        }
    }

    /// <summary>An item of a live method; a batch of a stream prints as its events and ephemeral frames.</summary>
    public async Task WriteItemAsync(object item)
    {
        if (item is StreamBatch batch)
        {
            foreach (var line in batch.Events.Concat<object>(batch.Ephemeral ?? []))
            {
                await WriteItemAsync(line);
            }

            return;
        }

        if (host.OutputColumns is { } columns && IsTable)
        {
            await host.Output.WriteLineAsync(item is StreamEvent streamEvent ? EventLine.Of(streamEvent, columns) : ResultTable.Cell(item));
        }
        else
        {
            await WriteJsonAsync(item);
        }

        // Whoever reads the pipe sees an event when it happens, not when a buffer is full.
        await host.Output.FlushAsync();
    }

    private Task WriteJsonAsync(object value) =>
        host.Output.WriteLineAsync(JsonSerializer.Serialize(value, value.GetType(), ApiJson.Options));
}
