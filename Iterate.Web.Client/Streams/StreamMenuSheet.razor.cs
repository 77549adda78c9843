using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Web.Client.State;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>The menu of a stream, on its page and beside it in the list.</summary>
public sealed partial class StreamMenuSheet
{
    /// <summary>Name of the sheet in the URL's <c>panel</c>.</summary>
    public const string Panel = "more";

    /// <summary>What the person may do.</summary>
    [Parameter, EditorRequired]
    public required StreamRights Rights { get; set; }

    /// <summary>The page is that of the stream, and its filter and position stay when another sheet opens.</summary>
    [Parameter]
    public bool Here { get; set; }

    [Inject]
    private IDispatcher Dispatcher { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private StateResponse? State { get; set; }

    private ApiException? Failure { get; set; }

    private bool IsChanging { get; set; }

    private bool IsOpen => State is { Archive: null };

    private string? Subtitle => State switch
    {
        null => null,
        { Archive: { } archive } => string.Create(CultureInfo.InvariantCulture, $"Archived {archive.At:d MMM yyyy}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{State.CoreState.HeadOffset:N0} {(State.CoreState.HeadOffset == 1 ? "event" : "events")}"),
    };

    private string Link => new Uri(new(Navigation.BaseUri), StreamUrls.Page(Project, Path)).AbsoluteUri;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        try
        {
            State = await Streams.StateAsync(new(Project, Path), Gone);
        }
        catch (ApiException refusal)
        {
            Failure = refusal;
        }
    }

    private string PanelUrl(string panel) =>
        Here ? Navigation.GetUriWithQueryParameter("panel", panel) : StreamUrls.Panel(Project, Path, panel);

    private Task PauseAsync() => ChangeAsync(() => Streams.PauseAsync(new(Project, Path), CancellationToken.None));

    private Task ResumeAsync() => ChangeAsync(() => Streams.ResumeAsync(new(Project, Path), CancellationToken.None));

    private Task ArchiveAsync() => ChangeAsync(() => Streams.ArchiveAsync(new(Project, Path), CancellationToken.None));

    private Task UnarchiveAsync() => ChangeAsync(() => Streams.UnarchiveAsync(new(Project, Path), CancellationToken.None));

    private async Task ChangeAsync(Func<Task> change)
    {
        IsChanging = true;
        try
        {
            await change();
            await OnClose.InvokeAsync();
        }
        catch (ApiException refusal)
        {
            await Dispatcher.DispatchAsync(new ShowToast(new(ToastType.Error, refusal.Message)));
        }
        finally
        {
            IsChanging = false;
        }
    }
}
