using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Iterate.Bench;

/// <summary>What one benchmark measured, all of it in one run on one database.</summary>
internal abstract record BenchReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Which benchmark.</summary>
    public required string Name { get; init; }

    /// <summary>Figures and what they have to be; a run that misses one ends with exit code 1.</summary>
    public abstract IReadOnlyList<Bar> Bars { get; }

    /// <summary>What a person wants to know beside the bars, a line each.</summary>
    [JsonIgnore]
    public abstract IEnumerable<string> Lines { get; }

    [JsonIgnore]
    public bool IsGood => Bars.All(bar => bar.IsMet);

    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);

    public string ToText()
    {
        var text = new StringBuilder().AppendLine(Name);
        foreach (var line in Lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        }

        foreach (var bar in Bars)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {(bar.IsMet ? "ok    " : "MISSED")} {bar.Name,-44} {bar.Measured,12:N2}  ({(bar.AtLeast ? "≥" : "≤")} {bar.Limit:N2})");
        }

        return text.ToString().TrimEnd();
    }
}

/// <summary>A figure and what it has to be.</summary>
internal sealed record Bar(string Name, double Measured, double Limit, bool AtLeast = false)
{
    public bool IsMet => AtLeast ? Measured >= Limit : Measured <= Limit;
}
