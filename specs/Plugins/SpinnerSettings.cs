namespace Iterate.Specs.Plugins;

/// <summary>How <see cref="SpinnerWaiter"/> waits, in the scope that asks.</summary>
public sealed record SpinnerSettings
{
    /// <summary>
    /// Selectors of loading UI. By default <c>data-spinner="true"</c>, <c>aria-busy="true"</c>, <c>aria-label="Loading"</c>,
    /// and a text that ends in an ellipsis right after a word ending in -ing.
    /// </summary>
    public IReadOnlyList<string> SpinnerSelectors { get; init; } =
    [
        """[data-spinner="true"]""",
        """[aria-busy="true"]""",
        """[aria-label="Loading"]""",
        @"text=/\wing(?:\.\.\.|…)\s*$/i",
    ];

    /// <summary>Milliseconds an action may take in all while loading UI is visible.</summary>
    public int SpinnerTimeout { get; init; } = 30_000;

    /// <summary>Milliseconds between two looks at the page.</summary>
    public int PollInterval { get; init; } = 100;

    /// <summary>Act at once, as without the plugin.</summary>
    public bool Disabled { get; init; }
}

/// <summary>What a scope changes; what is absent stays as in the scope around it.</summary>
public sealed record SpinnerOverrides
{
    /// <inheritdoc cref="SpinnerSettings.SpinnerSelectors"/>
    public IReadOnlyList<string>? SpinnerSelectors { get; init; }

    /// <inheritdoc cref="SpinnerSettings.SpinnerTimeout"/>
    public int? SpinnerTimeout { get; init; }

    /// <inheritdoc cref="SpinnerSettings.PollInterval"/>
    public int? PollInterval { get; init; }

    /// <inheritdoc cref="SpinnerSettings.Disabled"/>
    public bool? Disabled { get; init; }
}

/// <summary>
/// Settings that hold for everything a scope awaits and for nothing else: nested scopes win, and parallel tests never
/// see each other's (requirement W-6).
/// </summary>
public sealed class AmbientSpinnerSettings
{
    private readonly AsyncLocal<SpinnerSettings?> _current = new();

    /// <summary>Settings of the scope that asks.</summary>
    public SpinnerSettings Current => _current.Value ?? new();

    /// <summary>Runs <paramref name="body"/> under changed settings.</summary>
    /// <exception cref="ArgumentException">
    /// The budget does not leave room for the action and the second after the spinner, the poll interval makes no sense,
    /// or there is no selector.
    /// </exception>
    public async Task Run(SpinnerOverrides overrides, Func<Task> body)
    {
        Enter(overrides);
        await body();
    }

    /// <inheritdoc cref="Run"/>
    public async Task<T> Run<T>(SpinnerOverrides overrides, Func<Task<T>> body)
    {
        Enter(overrides);
        return await body();
    }

    // Called from an async method only: what it sets ends with that method.
    private void Enter(SpinnerOverrides overrides)
    {
        if (overrides.SpinnerTimeout <= SpinnerWaiter.ShortestBudget)
        {
            throw new ArgumentException(
                $"A spinner budget of {overrides.SpinnerTimeout} ms is too short: it must be more than {SpinnerWaiter.ShortestBudget} ms.", nameof(overrides));
        }

        if (overrides.PollInterval is < 1 or > SpinnerWaiter.Patience)
        {
            throw new ArgumentException(
                $"A poll interval of {overrides.PollInterval} ms is not between 1 and {SpinnerWaiter.Patience}.", nameof(overrides));
        }

        if (overrides.SpinnerSelectors is [])
        {
            throw new ArgumentException("Without any selector nothing marks a spinner; say Disabled instead.", nameof(overrides));
        }

        var outer = Current;
        _current.Value = new()
        {
            SpinnerSelectors = overrides.SpinnerSelectors ?? outer.SpinnerSelectors,
            SpinnerTimeout = overrides.SpinnerTimeout ?? outer.SpinnerTimeout,
            PollInterval = overrides.PollInterval ?? outer.PollInterval,
            Disabled = overrides.Disabled ?? outer.Disabled,
        };
    }
}
