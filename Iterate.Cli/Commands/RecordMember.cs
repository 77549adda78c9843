using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>A member of a record of the contract that a caller can set.</summary>
/// <param name="Owner">The record.</param>
/// <param name="Name">Name in the record.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="IsRequired">A request without it is refused.</param>
/// <param name="Default">Value when absent; null when there is none to speak of.</param>
internal sealed record RecordMember(Type Owner, string Name, Type Type, bool IsRequired, object? Default)
{
    /// <summary>Name in JSON.</summary>
    public string JsonName => JsonNamingPolicy.CamelCase.ConvertName(Name);

    /// <summary>Whether <paramref name="type"/> is a record of the contract.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type.Assembly == typeof(ApiContract).Assembly;

    /// <summary>Members of a record, in the order of their declaration: constructor parameters and <c>init</c> properties.</summary>
    public static IEnumerable<RecordMember> Of(Type record)
    {
        var parameters = record.GetConstructors().Single().GetParameters()
            .ToDictionary(parameter => parameter.Name!, StringComparer.Ordinal);
        return record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .Select(property => parameters.TryGetValue(property.Name, out var parameter)
                ? new RecordMember(record, property.Name, property.PropertyType, !parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null)
                : new(property.DeclaringType!, property.Name, property.PropertyType, property.GetCustomAttribute<RequiredMemberAttribute>() is not null, null));
    }
}
