using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Web.Client.State;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Iterate.Web.Client.Streams;

/// <summary>The composer at the foot of a stream (requirements S-177 to S-181).</summary>
public sealed partial class StreamComposer : IAsyncDisposable
{
    private const string Module = "./_content/Iterate.Web.Client/Streams/StreamComposer.razor.js";

    private ElementReference _form;
    private readonly CancellationTokenSource _gone = new();
    private IJSObjectReference? _composer;
    private DotNetObjectReference<StreamComposer>? _self;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>Why nothing can be appended, in words; null while the stream is open.</summary>
    [PersistentState]
    public string? Closed { get; set; }

    /// <summary>The stream is archived, so that it stays closed.</summary>
    [PersistentState]
    public bool IsArchived { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private IDispatcher Dispatcher { get; set; } = null!;

    private string? Error { get; set; }

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
            IsReady = false;
            return true;
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        _self?.Dispose();
        if (_composer is not null)
        {
            try
            {
                await _composer.InvokeVoidAsync("dispose");
                await _composer.DisposeAsync();
            }
            catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
            {
                // The page is gone, and the listeners with it.
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
        {
            Show(await Streams.StateAsync(new(Project, Path), _gone.Token));
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _ = InvokeAsync(WatchAsync);
            _self = DotNetObjectReference.Create(this);
            await using var module = await Browser.InvokeAsync<IJSObjectReference>("import", Module);
            _composer = await module.InvokeAsync<IJSObjectReference>("attach", _form, _self);
            Judge(await _composer.InvokeAsync<string>("text"));
        }
    }

    /// <summary>The gate may close and open while somebody types.</summary>
    private async Task WatchAsync()
    {
        try
        {
            await foreach (var state in Streams.WatchStateAsync(Project, Path, _gone.Token))
            {
                var before = (Closed, IsArchived);
                Show(state);
                if (before != (Closed, IsArchived))
                {
                    StateHasChanged();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The composer is gone.
        }
        catch (ApiException)
        {
            // Whatever ends the follow is told by the append that it concerns.
        }
    }

    private void Show(StateResponse state)
    {
        IsArchived = state.Archive is not null;
        Closed = IsArchived ? "Read only: archived"
            : !state.CoreState.Paused ? null
            : state.CoreState.PauseReason is { Length: > 0 } reason ? $"Paused: {reason}" : "Paused";
    }

    private async Task ResumeAsync()
    {
        IsResuming = true;
        try
        {
            await Streams.ResumeAsync(new(Project, Path), CancellationToken.None);
            Show(await Streams.StateAsync(new(Project, Path), CancellationToken.None));
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
