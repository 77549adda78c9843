namespace Iterate.Web.Client.Components;

/// <summary>What a <see cref="Field"/> tells the control inside it.</summary>
/// <param name="Id">Id of the control, the target of the label.</param>
/// <param name="DescribedBy">Id of the hint or error below; null when there is none.</param>
/// <param name="Invalid">An error is shown.</param>
public sealed record FieldContext(string Id, string? DescribedBy, bool Invalid);
