using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Web.Client.State;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Iterate.Web.Client.Streams;

/// <summary>The composer at the foot of a stream (requirements S-177 to S-182).</summary>
public sealed partial class StreamComposer
{
    private const string Module = "./_content/Iterate.Web.Client/Streams/StreamComposer.razor.js";

    private ElementReference _form;
    private IJSObjectReference? _composer;
    private DotNetObjectReference<StreamComposer>? _self;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>What the person may do.</summary>
    [Parameter, EditorRequired]
    public required StreamRights Rights { get; set; }

    /// <summary>Whether the stream is open; null until it is known.</summary>
    [PersistentState]
    public StreamGate? Gate { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private IDispatcher Dispatcher { get; set; } = null!;

    private IReadOnlyList<TypeCount> Types { get; set; } = [];

    private string? Error { get; set; }

    private bool IsReadOnly => Gate is { IsReadOnly: true };

    private bool IsReady { get; set; }

    private bool HasJudged { get; set; }

    private bool IsAppending { get; set; }

    private bool IsResuming { get; set; }

    /// <summary>Judges what is in the textarea; the browser calls it 200 ms after the last key.</summary>
    [JSInvokable]
    public void Judge(string text)
    {
        var draft = EventDraft.Parse(text);
        Error = draft.Error?.Message;
        IsReady = draft.IsReady;
        HasJudged = true;
        StateHasChanged();
    }

    /// <summary>
    /// Appends what is in the textarea. The key belongs to the draft, so that a second tap or a retry after a lost
    /// circuit commits nothing twice.
    /// </summary>
    /// <returns>Whether it was committed and the draft may go.</returns>
    [JSInvokable]
    public async Task<bool> AppendAsync(string text, string draftKey)
    {
        Judge(text);
        if (!IsReady || IsAppending)
        {
            return false;
        }

        IsAppending = true;
        StateHasChanged();
        try
        {
            await Streams.AppendAsync(new(Project, Path, EventDraft.Parse(text).WithKeys(draftKey), MustExist: true), CancellationToken.None);
            return true; // Still ready: if this answer is lost with the circuit, the same draft is sent once more, under its key.
        }
        catch (ApiException refusal)
        {
            await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Error, $"Not appended: {refusal.Message}")));
            return false;
        }
        finally
        {
            IsAppending = false;
            StateHasChanged();
        }
    }

    /// <summary>
    /// What to begin with: the newest event of a type, or of the most frequent one; the types are offered from then on
    /// (requirement S-179).
    /// </summary>
    /// <returns>JSON, or nothing when the stream holds no such event.</returns>
    [JSInvokable]
    public async Task<string?> TemplateAsync(string? type)
    {
        try
        {
            Types = EventTemplate.TypesOf(await Streams.CountAsync(new(Project, Path), Gone));
            StateHasChanged();
            return Types.FirstOrDefault(known => type is null || known.Type == type) is { } like
                ? EventTemplate.Of(await Streams.GetEventAsync(new(Project, Path, like.LastOffset), Gone))
                : null;
        }
        catch (ApiException)
        {
            return null; // Nobody asked for more than a help, and the append says what is wrong.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _self?.Dispose();
        try
        {
            await DetachAsync();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and the listeners with it.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            Gate ??= StreamGate.Of(await Streams.StateAsync(new(Project, Path), Gone), Rights);
        }
        catch (ApiException) when (RendererInfo.IsInteractive)
        {
            // The page is there already; the watch asks once more.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Listen(WatchAsync);
        }

        if (IsReadOnly)
        {
            await DetachAsync();
        }
        else if (_self is null)
        {
            _self = DotNetObjectReference.Create(this);
            await using var module = await Browser.InvokeAsync<IJSObjectReference>("import", Module);
            _composer = await module.InvokeAsync<IJSObjectReference>("attach", _form, _self);
            Judge(await _composer.InvokeAsync<string>("text"));
        }
    }

    private async Task DetachAsync()
    {
        if (_composer is { } composer)
        {
            _composer = null;
            await composer.InvokeVoidAsync("dispose");
            await composer.DisposeAsync();
            _self!.Dispose();
            _self = null;
        }
    }

    /// <summary>The gate may close and open while somebody types.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var state in Streams.WatchStateAsync(Project, Path, cancellationToken))
            {
                Show(StreamGate.Of(state, Rights));
            }
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamDeleted)
        {
            Show(StreamGate.Deleted);
        }
        catch (ApiException)
        {
            // Whatever else ends the watch is told by the append that it concerns.
        }
    }

    private void Show(StreamGate gate)
    {
        if (gate != Gate)
        {
            Gate = gate;
            StateHasChanged();
        }
    }

    private async Task ResumeAsync()
    {
        IsResuming = true;
        try
        {
            await Streams.ResumeAsync(new(Project, Path), CancellationToken.None);
            Show(StreamGate.Of(await Streams.StateAsync(new(Project, Path), CancellationToken.None), Rights));
        }
        catch (ApiException refusal)
        {
            await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Error, $"Not resumed: {refusal.Message}")));
        }
        finally
        {
            IsResuming = false;
        }
    }
}
