using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Iterate.Web.Client.Streams;

/// <summary>The detail sheet of one event (requirement S-164).</summary>
public sealed partial class EventSheet : IAsyncDisposable
{
    private const string Module = "./_content/Iterate.Web.Client/Streams/EventSheet.razor.js";

    private static readonly JsonSerializerOptions Pretty = new(ApiJson.Options) { WriteIndented = true };

    private IJSObjectReference? _module;
    private IJSObjectReference? _rows;
    private DotNetObjectReference<EventSheet>? _self;
    private long? _offsetInUrl;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>What the list shows; previous and next stay within it.</summary>
    [Parameter, EditorRequired]
    public required StreamFilter Filter { get; set; }

    /// <summary>The event that the URL opens; null for none.</summary>
    [Parameter]
    public long? Offset { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    private StreamEvent? Shown { get; set; }

    private JsonText Json { get; set; }

    private ApiException? Failure { get; set; }

    private bool IsLoading { get; set; }

    private bool IsMoving { get; set; }

    private string? Subtitle => Shown is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{Shown.Offset:N0} · {Shown.CreatedAt:d MMM yyyy HH:mm:ss.fff} UTC");

    private string Link => new Uri(new(Navigation.BaseUri), StreamUrls.Event(Project, Path, Shown!.Offset)).AbsoluteUri;

    /// <summary>A row was tapped.</summary>
    [JSInvokable]
    public async Task OpenAsync(long offset)
    {
        await LoadAsync(offset);
        StateHasChanged();
        _offsetInUrl = offset; // Back may be faster than the page that this asks for.
        Navigation.NavigateTo(UrlOpening(offset));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        try
        {
            if (_rows is not null)
            {
                await _rows.InvokeVoidAsync("dispose");
                await _rows.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the listeners with it.
        }
    }

    /// <summary>Only a changed URL opens or closes; a render in between must not undo a tap.</summary>
    protected override async Task OnParametersSetAsync()
    {
        if (Offset == _offsetInUrl || !RendererInfo.IsInteractive)
        {
            return;
        }

        _offsetInUrl = Offset;
        if (Offset is null)
        {
            Hide();
        }
        else if (Shown?.Offset != Offset)
        {
            await LoadAsync(Offset.Value);
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Browser.InvokeAsync<IJSObjectReference>("import", Module);
            _rows = await _module.InvokeAsync<IJSObjectReference>("attach", _self);
        }
    }

    private async Task LoadAsync(long offset)
    {
        IsLoading = true;
        try
        {
            Show(await Streams.GetEventAsync(new(Project, Path, offset), CancellationToken.None));
        }
        catch (ApiException refusal)
        {
            (Shown, Failure) = (null, refusal);
        }
        finally
        {
            IsLoading = false;
        }
    }

    private async Task MoveAsync(ReadDirection direction)
    {
        IsMoving = true;
        var page = await ReadBesideAsync(Shown!.Offset, direction);
        IsMoving = false;
        if (page.Events is [var next])
        {
            Show(next);
            _offsetInUrl = next.Offset;
            Navigation.NavigateTo(UrlOpening(next.Offset), replace: true);
        }
    }

    /// <summary>A read ends with its budget; what matches may be further on (requirement S-78).</summary>
    private async Task<ReadResponse> ReadBesideAsync(long offset, ReadDirection direction)
    {
        while (true)
        {
            var page = await Streams.ReadAsync(
                direction == ReadDirection.Forward
                    ? new(Project, Path, AfterOffset: offset, BeforeOffset: Filter.To + 1, Limit: 1, Filter: Filter.Events)
                    : new(Project, Path, AfterOffset: (Filter.From ?? 1) - 1, BeforeOffset: offset, Limit: 1, Direction: direction, Filter: Filter.Events),
                CancellationToken.None);
            if (page.Events.Count > 0 || page.AtEnd)
            {
                return page;
            }

            offset = page.ScannedThroughOffset;
        }
    }

    private async Task UseAsTemplateAsync()
    {
        await _module!.InvokeVoidAsync("useAsTemplate", InputOf(Shown!));
        Close();
    }

    private void Close()
    {
        Hide();
        Navigation.NavigateTo(UrlOpening(null));
    }

    private void Show(StreamEvent stored)
    {
        (Shown, Failure) = (stored, null);
        Json = JsonText.FromTrusted(Indent(JsonSerializer.SerializeToNode(stored, ApiJson.Options)));
    }

    private void Hide() => (Shown, Failure) = (null, null);

    private string UrlOpening(long? offset) => Navigation.GetUriWithQueryParameter("open", offset);

    /// <summary>What somebody would append to get an event like this one.</summary>
    private static string InputOf(StreamEvent stored) => Indent(JsonSerializer.SerializeToNode(
        new EventInput { Type = stored.Type, Payload = stored.Payload, Metadata = stored.Metadata }, ApiJson.Options));

    private static string Indent(JsonNode? json) => json!.ToJsonString(Pretty);
}
