namespace Iterate.Domain.Api;

/// <summary>
/// Marks an interface as one group of the API contract. Its name is the first segment everywhere a method is
/// named: <c>POST /api/{group}/{method}</c>, <c>iterate {group} {method}</c>.
/// </summary>
/// <remarks>
/// Every method of such an interface takes one request record and a <see cref="CancellationToken"/> and returns
/// <c>Task&lt;TResponse&gt;</c>, or <c>IAsyncEnumerable&lt;T&gt;</c> when it is live. <see cref="ApiContract"/> reads
/// the interfaces; nothing is listed by hand.
/// </remarks>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class ApiGroupAttribute(string name) : Attribute
{
    /// <summary>Kebab-case name of the group.</summary>
    public string Name { get; } = name;

    /// <summary>The group exists in the environments Development and Test only.</summary>
    public bool DevelopmentOnly { get; init; }
}
