using System.Globalization;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>Has the server append made-up events. It ends with the last of them, with Cancel, or with the sheet.</summary>
public sealed partial class GeneratorSheet
{
    /// <summary>Name of the sheet in the URL's <c>panel</c>.</summary>
    public const string Panel = "generator";

    private CancellationTokenSource? _running;

    private string Count { get; set; } = "80";

    private string BatchSize { get; set; } = "10";

    private string Seconds { get; set; } = "0";

    private int Wanted { get; set; }

    private long Generated { get; set; }

    private string? Error { get; set; }

    private bool IsRunning => _running is not null;

    private string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Generated:N0} of {Wanted:N0} events{(IsRunning ? "" : Generated < Wanted ? ", stopped" : ", done")}");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CancelAsync();
        await base.DisposeAsync();
    }

    private async Task RunAsync()
    {
        if (!TryNumber(Count, out var count) || !TryNumber(BatchSize, out var batchSize) || !TryNumber(Seconds, out var seconds))
        {
            Error = "Count, batch size and seconds are whole numbers.";
            return;
        }

        using var running = new CancellationTokenSource();
        (_running, Error, Wanted, Generated) = (running, null, count, 0);
        try
        {
            var before = (await Streams.StateAsync(new(Project, Path), running.Token)).CoreState.HeadOffset;
            var progress = WatchAsync(before, running.Token);
            await Streams.GenerateAsync(new(Project, Path, count, batchSize, seconds), running.Token);
            await running.CancelAsync();
            await progress;
            Generated = count;
        }
        catch (OperationCanceledException)
        {
            Error = "Cancelled. What was appended before stays in the stream.";
        }
        catch (ApiException refusal)
        {
            Error = refusal.Message;
        }
        finally
        {
            _running = null;
            await running.CancelAsync();
        }
    }

    /// <summary>How far it is shows in how far the stream reaches; others may append meanwhile.</summary>
    private async Task WatchAsync(long before, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var heads in Streams.FollowAsync(new(Project, Path, HeadsOnly: true), cancellationToken))
            {
                Generated = Math.Min(Wanted, heads.HeadOffset - before);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
        catch (ApiException)
        {
            // The run says why.
        }
    }

    private Task CancelAsync() => _running?.CancelAsync() ?? Task.CompletedTask;

    private static bool TryNumber(string typed, out int number) =>
        int.TryParse(typed.Trim(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number);
}
