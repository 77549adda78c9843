using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Iterate.Web.Client.Streams;

/// <summary>
/// Imports an NDJSON file of the person's own device, with progress and cancel. What was appended before a bad line
/// or a cancel stays, and importing the file again adds only what is missing where its events have keys.
/// </summary>
public sealed partial class ImportSheet : IDisposable
{
    /// <summary>Name of the sheet in the URL's <c>panel</c>.</summary>
    public const string Panel = "import";

    private const long MaxFileBytes = 512L * 1024 * 1024;

    private CancellationTokenSource? _running;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>The sheet is open.</summary>
    [Parameter]
    public bool Open { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Target { get; set; } = "/imports/new";

    private EventLineImportProgress? Progress { get; set; }

    private long TotalBytes { get; set; }

    private string? Error { get; set; }

    private bool IsRunning => _running is not null;

    private bool IsDone => Progress is { Finished: true };

    private string Summary
    {
        get
        {
            var committed = string.Create(CultureInfo.InvariantCulture, $"{Progress!.Committed:N0} events committed");
            return Progress.AlreadyThere == 0
                ? committed
                : string.Create(CultureInfo.InvariantCulture, $"{committed}, {Progress.AlreadyThere:N0} were already there");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _running?.Cancel();
        _running?.Dispose();
    }

    private async Task ImportAsync(InputFileChangeEventArgs chosen)
    {
        (Error, Progress, TotalBytes) = (null, null, chosen.File.Size);
        if (chosen.File.Size is 0 or > MaxFileBytes)
        {
            Error = chosen.File.Size == 0 ? "The file is empty." : "The file has more than 512 MiB. Import it with the command line.";
            return;
        }

        _running = new();
        Progress = new(0, 0, 0, 0, TotalBytes, Finished: false);
        try
        {
            await using var lines = chosen.File.OpenReadStream(MaxFileBytes, _running.Token);
            await foreach (var progress in EventLineImport.RunAsync(Streams, Project, Target.Trim(), lines, _running.Token))
            {
                Progress = progress;
                StateHasChanged();
            }
        }
        catch (EventLineException fault)
        {
            Error = string.Create(CultureInfo.InvariantCulture, $"Line {fault.Line}: {fault.Reason} The lines before it are in the stream.");
        }
        catch (ApiException refusal)
        {
            Error = refusal.Message;
        }
        catch (OperationCanceledException)
        {
            Error = "Cancelled. What was appended before stays in the stream.";
        }
        finally
        {
            _running.Dispose();
            _running = null;
        }
    }

    private Task CancelAsync() => _running?.CancelAsync() ?? Task.CompletedTask;

    private async Task CloseAsync()
    {
        await CancelAsync();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("panel", (string?)null));
    }
}
