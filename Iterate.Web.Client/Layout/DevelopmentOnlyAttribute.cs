namespace Iterate.Web.Client.Layout;

/// <summary>
/// A page that exists in Development only. It is metadata of the page's endpoint: the host answers 404 elsewhere.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DevelopmentOnlyAttribute : Attribute;
