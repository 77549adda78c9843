namespace Iterate.Bench;

/// <summary>What share of a measurement stays below.</summary>
internal static class Percentiles
{
    /// <summary>The value that <paramref name="part"/> of all do not exceed, to two decimals; zero of none.</summary>
    public static double Of(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : Math.Round(sorted[(int)((sorted.Length - 1) * part)], 2);
    }
}
