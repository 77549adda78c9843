using System.Globalization;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Web.Client.State;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>The State view of a stream: its gate, its breaker, its children, and the whole core state (requirement S-173).</summary>
public sealed partial class StreamStateView
{
    /// <summary>Name of the view in the URL's <c>view</c>.</summary>
    public const string View = "state";

    private const int MostChildren = 50;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Pretty = new(ApiJson.Options) { WriteIndented = true };

    private long? _shownAt;

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>The event after which the state is shown; null for the present.</summary>
    [Parameter]
    public long? At { get; set; }

    /// <summary>The sheet of the breaker is open.</summary>
    [Parameter]
    public bool BreakerOpen { get; set; }

    /// <summary>What is shown; read before the circuit is there, and handed over to it.</summary>
    [PersistentState]
    public StreamState? State { get; set; }

    /// <summary>Who archived the stream; null while it is open.</summary>
    [PersistentState]
    public StreamArchive? Archive { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private IDispatcher Dispatcher { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private IReadOnlyList<SubscriptionStatus> Deliveries { get; set; } = [];

    private JsonText Json { get; set; }

    private ApiException? Failure { get; set; }

    private bool IsChanging { get; set; }

    private string WantedAt { get; set; } = "";

    private string? AtError { get; set; }

    private string Gate => State!.Paused
        ? string.Create(CultureInfo.InvariantCulture, $"Paused at {State.PausedAtOffset:N0}")
        : "Open";

    private string Tokens => At is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{State!.Breaker.BurstCapacity:N0}, {State.Breaker.RefillPerMinute:N0} a minute")
        : string.Create(CultureInfo.InvariantCulture, $"{BreakerLevel.At(State!.Breaker, Time.GetUtcNow()):N0} of {State.Breaker.BurstCapacity:N0}");

    private string NowUrl => Navigation.GetUriWithQueryParameter("at", (long?)null);

    private string BreakerUrl => Navigation.GetUriWithQueryParameter("panel", BreakerSheet.Panel);

    private string PresentUrl => Navigation.GetUriWithQueryParameter("panel", (string?)null);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (State is not null && At == _shownAt)
        {
            Json = JsonOf(State);
            return;
        }

        _shownAt = At;
        try
        {
            Failure = null;
            if (At is { } offset)
            {
                Show((await Streams.StateAtAsync(new(Project, Path, offset), Gone)).CoreState);
            }
            else
            {
                Show(await Streams.StateAsync(new(Project, Path), Gone));
            }
        }
        catch (ApiException refusal)
        {
            Failure = refusal;
        }
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            Listen(WatchAsync);
            Listen(AttendAsync);
            Listen(TickAsync);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var state in Streams.WatchStateAsync(Project, Path, cancellationToken))
            {
                if (At is null)
                {
                    Show(state);
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

    /// <summary>Whoever looks at the state is a viewer of the stream, and viewers are those who follow (requirement S-106).</summary>
    private async Task AttendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in Streams.FollowAsync(new(Project, Path, HeadsOnly: true), cancellationToken))
            {
                // The watch shows what happens.
            }
        }
        catch (ApiException)
        {
            // The watch says why.
        }
    }

    /// <summary>Tokens flow back without any event.</summary>
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(Tick, Time);
        while (await ticks.WaitForNextTickAsync(cancellationToken))
        {
            if (At is null && State?.Breaker.LastRefillAt is not null)
            {
                StateHasChanged();
            }
        }
    }

    private Task PauseAsync() => ChangeAsync(() => Streams.PauseAsync(new(Project, Path), CancellationToken.None));

    private Task ResumeAsync() => ChangeAsync(() => Streams.ResumeAsync(new(Project, Path), CancellationToken.None));

    private async Task ChangeAsync(Func<Task<StreamChangeResponse>> change)
    {
        IsChanging = true;
        try
        {
            await change();
            Show(await Streams.StateAsync(new(Project, Path), CancellationToken.None));
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

    private void ShowAt()
    {
        if (long.TryParse(WantedAt.Trim(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var offset) && offset >= 1)
        {
            AtError = null;
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("at", (long?)offset));
        }
        else
        {
            AtError = "An offset is a whole number from 1 to the head.";
        }
    }

    private void Show(StateResponse response)
    {
        Archive = response.Archive;
        Deliveries = response.Runtime.Subscriptions;
        Show(response.CoreState);
    }

    private void Show(StreamState state)
    {
        State = state;
        Json = JsonOf(state);
    }

    private bool IsHalted(string key) => Deliveries.Any(delivery => delivery.Halted && string.Equals(delivery.Key, key, StringComparison.Ordinal));

    private string ChildPath(string child) => Path == "/" ? $"/{child}" : $"{Path}/{child}";

    private static JsonText JsonOf(StreamState state) => JsonText.FromTrusted(JsonSerializer.Serialize(state, Pretty));
}
