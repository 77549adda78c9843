using System.Reflection;
using System.Text.Json;

namespace Iterate.Domain.Api;

/// <summary>
/// The contract as data: every group and method, read from the interfaces of this assembly once. HTTP endpoints,
/// the guard, the CLI, the OpenAPI document and the contract tests all walk this and nothing else.
/// </summary>
public static class ApiContract
{
    /// <summary>Every group, by name.</summary>
    public static IReadOnlyList<ApiGroup> Groups { get; } =
    [
        .. typeof(ApiContract).Assembly.GetTypes()
            .Where(type => type.IsInterface && type.GetCustomAttribute<ApiGroupAttribute>() is not null)
            .Select(ReadGroup)
            .OrderBy(group => group.Name, StringComparer.Ordinal),
    ];

    /// <summary>The method behind <paramref name="method"/> of a contract interface.</summary>
    public static ApiMethod MethodOf(MethodInfo method) => ByMethod.Value[method];

    private static readonly Lazy<Dictionary<MethodInfo, ApiMethod>> ByMethod =
        new(() => Groups.SelectMany(group => group.Methods).ToDictionary(method => method.Info));

    private static ApiGroup ReadGroup(Type contract)
    {
        var attribute = contract.GetCustomAttribute<ApiGroupAttribute>()!;
        return new(attribute.Name, contract, attribute.DevelopmentOnly,
            [.. contract.GetMethods().Select(method => ReadMethod(attribute.Name, contract, method))]);
    }

    private static ApiMethod ReadMethod(string group, Type contract, MethodInfo method)
    {
        var parameters = method.GetParameters();
        if (parameters.Length != 2 || parameters[1].ParameterType != typeof(CancellationToken) || !method.ReturnType.IsGenericType)
        {
            throw new InvalidOperationException(
                $"{contract.Name}.{method.Name} must take a request record and a CancellationToken and return Task<T> or IAsyncEnumerable<T>.");
        }

        var access = method.GetCustomAttribute<AccessAttribute>()
            ?? throw new InvalidOperationException($"{contract.Name}.{method.Name} has no [Access].");
        return new()
        {
            Group = group,
            Name = JsonNamingPolicy.KebabCaseLower.ConvertName(WithoutAsync(method.Name)),
            Contract = contract,
            Info = method,
            Tier = access.Tier,
            RequestType = parameters[0].ParameterType,
            ResponseType = method.ReturnType.GetGenericArguments()[0],
            IsLive = method.ReturnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>),
            DownloadType = method.GetCustomAttribute<DownloadAttribute>()?.ContentType,
        };
    }

    private static string WithoutAsync(string name) =>
        name.EndsWith("Async", StringComparison.Ordinal) ? name[..^"Async".Length] : name;
}

/// <summary>One group of the contract.</summary>
public sealed record ApiGroup(string Name, Type Contract, bool DevelopmentOnly, IReadOnlyList<ApiMethod> Methods);

/// <summary>One method of the contract.</summary>
public sealed record ApiMethod
{
    /// <summary>Name of the group.</summary>
    public required string Group { get; init; }

    /// <summary>Kebab-case name of the method.</summary>
    public required string Name { get; init; }

    /// <summary>The interface that declares it.</summary>
    public required Type Contract { get; init; }

    /// <summary>The declaration.</summary>
    public required MethodInfo Info { get; init; }

    /// <summary>Who may call it.</summary>
    public required Tier Tier { get; init; }

    /// <summary>The request record.</summary>
    public required Type RequestType { get; init; }

    /// <summary>The response record, or the item of a live method.</summary>
    public required Type ResponseType { get; init; }

    /// <summary>Answers a sequence.</summary>
    public required bool IsLive { get; init; }

    /// <summary>Media type of the file that the sequence makes; null for all but downloads.</summary>
    public string? DownloadType { get; init; }

    /// <summary>Only reads, so it also answers GET with query parameters (requirement S-87).</summary>
    public bool IsReadOnly => Tier is Tier.ProjectRead;

    /// <summary><c>group.method</c>, as in logs and refusals.</summary>
    public string FullName => $"{Group}.{Name}";
}
