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
    private IJSObjectReference? _composer;
    private DotNetObjectReference<StreamComposer>? _self;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

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
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await using var module = await Browser.InvokeAsync<IJSObjectReference>("import", Module);
            _composer = await module.InvokeAsync<IJSObjectReference>("attach", _form, _self);
            Judge(await _composer.InvokeAsync<string>("text"));
        }
    }
}
