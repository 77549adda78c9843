namespace Iterate.Web.Client.Components;

/// <summary>One place of <see cref="Tabs"/>, <see cref="Segmented"/> or a breadcrumb trail: a view with its own address.</summary>
/// <param name="Text">Its name.</param>
/// <param name="Href">Its address.</param>
public sealed record Choice(string Text, string Href);
