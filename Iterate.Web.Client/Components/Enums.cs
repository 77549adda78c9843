namespace Iterate.Web.Client.Components;

/// <summary>How loud a button is. One primary per card, sheet or page.</summary>
public enum ButtonVariant
{
    /// <summary>Raised with a border.</summary>
    Default,

    /// <summary>Filled with the accent.</summary>
    Primary,

    /// <summary>Text only.</summary>
    Quiet,

    /// <summary>Destroys something.</summary>
    Danger,
}

/// <summary>How loud an icon button is.</summary>
public enum IconButtonVariant
{
    /// <summary>Muted until hovered.</summary>
    Default,

    /// <summary>In the text colour: back, close.</summary>
    Strong,

    /// <summary>Filled with the accent: send.</summary>
    Filled,
}

/// <summary>How big an icon is drawn.</summary>
public enum IconSize
{
    /// <summary>20 px, beside nothing or in an icon button.</summary>
    Normal,

    /// <summary>16 px, beside text.</summary>
    Small,

    /// <summary>48 px, in an empty or error state.</summary>
    Large,
}

/// <summary>
/// What a status circle says (design.md, status circle colours). The same state always stands beside it as a word.
/// </summary>
public enum Status
{
    /// <summary>Pending, no machine, unknown.</summary>
    Idle,

    /// <summary>On its way up.</summary>
    Starting,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Active, succeeded, ready, approved.</summary>
    Ok,

    /// <summary>Waits for a person, retries, suspect, detached.</summary>
    Waiting,

    /// <summary>Failed, denied, unreachable, unschedulable.</summary>
    Danger,

    /// <summary>Being built.</summary>
    Building,

    /// <summary>Assigned, preempted.</summary>
    Assigned,

    /// <summary>Its worker failed.</summary>
    Lost,

    /// <summary>Archived, killed, timed out.</summary>
    Stopped,
}
