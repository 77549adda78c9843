using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Enum values as the kebab-case words of the specification, so that a person can read the table.</summary>
internal sealed class KebabEnumConverter<TEnum>() : ValueConverter<TEnum, string>(value => Words[value], word => Values[word])
    where TEnum : struct, Enum
{
    private static readonly Dictionary<TEnum, string> Words =
        Enum.GetValues<TEnum>().ToDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

    private static readonly Dictionary<string, TEnum> Values = Words.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
}
