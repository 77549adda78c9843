using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Web.Client.State;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Iterate.Web.Client.Streams;

/// <summary>
/// Imports an NDJSON file of the person's own device. The browser sends the file to the server without the circuit and
/// keeps it until the import has ended; the address names the import: so it goes on after a reload, behind the last line
/// that was taken, and every page with that address shows how far it is.
/// </summary>
public sealed partial class ImportSheet
{
    /// <summary>Name of the sheet in the URL's <c>panel</c>.</summary>
    public const string Panel = "import";

    private const int LongestLabel = 200;
    private const string Module = "./_content/Iterate.Web.Client/Streams/ImportSheet.razor.js";

    private static readonly KeyValuePair<string, string>[] Modes =
    [
        new(nameof(ImportMode.Append), "Append as new events"),
        new(nameof(ImportMode.Restore), "Restore with their offsets and times"),
    ];

    private ElementReference _input;
    private DotNetObjectReference<ImportSheet>? _self;
    private IJSObjectReference? _module;
    private string? _idInUrl;
    private string? _followed;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>The sheet is open.</summary>
    [Parameter]
    public bool Open { get; set; }

    /// <summary><c>imp_</c> id of the import that is shown; null before there is one.</summary>
    [Parameter]
    public string? Import { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private IDispatcher Dispatcher { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    /// <summary>The import that is shown: that of the URL, or one that was started here and is on its way into the URL.</summary>
    private string? Id { get; set; }

    private string Target { get; set; } = "/imports/new";

    private string Mode { get; set; } = nameof(ImportMode.Append);

    private bool HasFile { get; set; }

    private bool IsStarting { get; set; }

    private ImportStatus? Status { get; set; }

    /// <summary>Bytes of the file that is sent from here; null when it is sent from elsewhere, or by nobody.</summary>
    private long? Size { get; set; }

    private ApiException? Failure { get; set; }

    private string? Error { get; set; }

    private bool IsSending => Status is { State: ImportState.Running } && Size is not null;

    /// <summary>There is no import yet, or nobody has its file any more, or a line of it must be corrected.</summary>
    private bool IsFileWanted => Id is null
        || (Status is { State: ImportState.Running } && Size is null)
        || Status is { State: ImportState.Stopped };

    private string FileHint => Status switch
    {
        { State: ImportState.Stopped } => "Correct the line and choose the file again",
        not null => "Choose the file again to go on",
        null => "NDJSON, one event per line",
    };

    private Components.Status Circle => Status switch
    {
        { State: ImportState.Finished } => Components.Status.Ok,
        { State: ImportState.Stopped } => Components.Status.Danger,
        _ => Components.Status.Running,
    };

    private string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Status!.Events:N0} {(Status.Events == 1 ? "event" : "events")} of {Status.Lines:N0} {(Status.Lines == 1 ? "line" : "lines")} imported{(IsRepeated ? ", the others were there before" : "")}");

    private bool IsRepeated => Status is { State: ImportState.Finished, Mode: ImportMode.Append } && Status.Events < Status.Lines;

    /// <summary>The browser could not send the file to its end; the sentence says why.</summary>
    [JSInvokable]
    public void Fail(string reason)
    {
        (Error, Size) = (reason, null);
        StateHasChanged();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _self?.Dispose();
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the module with it.
        }
    }

    /// <summary>Only a changed URL shows another import; a render in between must not undo a start.</summary>
    protected override void OnParametersSet()
    {
        if (Import == _idInUrl)
        {
            return;
        }

        _idInUrl = Import;
        if (Import != Id)
        {
            Id = Import;
            (Status, Size, Failure, Error, HasFile) = (null, null, null, null, false);
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Browser.InvokeAsync<IJSObjectReference>("import", Module);
        }

        if (_module is not null && Id != _followed)
        {
            _followed = Id;
            if (Id is { } id)
            {
                Listen(stop => FollowAsync(id, stop));
            }
        }
    }

    private async Task FollowAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var status in Streams.ImportStatusAsync(new(Project, id), cancellationToken))
            {
                if (id != Id)
                {
                    return;
                }

                // The head of its stream moves on its own: only what the import itself came to is news.
                if (status.TouchedAt != Status?.TouchedAt)
                {
                    await ShowAsync(status);
                    StateHasChanged();
                }
            }
        }
        catch (ApiException refusal)
        {
            Failure = refusal;
            StateHasChanged();
        }
    }

    private async Task ShowAsync(ImportStatus status)
    {
        var isFirst = Status is null;
        Status = status;
        if (status.State == ImportState.Running)
        {
            Error = isFirst ? null : Error;
            Size ??= isFirst ? await _module!.InvokeAsync<long?>("resume", Gone, Project, status.Id, status.Lines, _self) : null;
            return;
        }

        HasFile = false;
        if (status.State == ImportState.Stopped)
        {
            Error = string.Create(CultureInfo.InvariantCulture, $"Line {status.ErrorLine}: {status.Error} The lines before it are in the stream.");
        }
        else
        {
            Error = null;
            await _module!.InvokeVoidAsync("stop", Gone, status.Id);
        }
    }

    private void Choose(ChangeEventArgs chosen) => (HasFile, Error) = (!string.IsNullOrEmpty(chosen.Value as string), null);

    private async Task SendAsync()
    {
        (Error, IsStarting) = (null, true);
        try
        {
            var file = await _module!.InvokeAsync<ChosenFile>("chosen", Gone, _input);
            if (file.Size == 0)
            {
                Error = "The file is empty.";
                return;
            }

            var status = Status ?? await Streams.ImportStartAsync(
                new(Project, Target.Trim(), Enum.Parse<ImportMode>(Mode), file.Name[..Math.Min(file.Name.Length, LongestLabel)]), Gone);
            // Said before it is sent: what the import says of itself afterwards is newer.
            Size = file.Size;
            if (Status is null)
            {
                Id = status.Id;
                Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("import", status.Id), replace: true);
            }

            Status = status with { State = ImportState.Running };
            await _module!.InvokeVoidAsync("send", Gone, _input, Project, status.Id, status.Lines, _self);
        }
        catch (ApiException refusal)
        {
            Error = refusal.Message;
        }
        finally
        {
            IsStarting = false;
        }
    }

    private async Task CancelAsync()
    {
        await _module!.InvokeVoidAsync("stop", Gone, Id);
        try
        {
            Status = await Streams.ImportCancelAsync(new(Project, Id!), CancellationToken.None);
            Error = null;
        }
        catch (ApiException refusal)
        {
            Error = refusal.Message;
        }
    }

    /// <summary>The browser goes on sending for as long as it has the page.</summary>
    private async Task CloseAsync()
    {
        if (IsSending)
        {
            await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Info, $"The import into {Status!.Path} goes on.")));
        }

        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["panel"] = null, ["import"] = null }));
    }

    private sealed record ChosenFile(string Name, long Size);
}
