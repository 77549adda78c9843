using System.Globalization;

namespace Iterate.Specs;

/// <summary>Under what conditions a run happens; the suite must pass under all of them (requirement W-26).</summary>
internal static class Conditions
{
    /// <summary><c>E2E_HEADED</c>: show the browser.</summary>
    public static bool Headed { get; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("E2E_HEADED"));

    /// <summary><c>E2E_CPU_THROTTLE</c>: how many times slower pages compute; 1 is full speed.</summary>
    public static int CpuThrottle { get; } = Number("E2E_CPU_THROTTLE", 1);

    /// <summary><c>E2E_NET_LATENCY_MS</c>: round trip between browser and server.</summary>
    public static TimeSpan NetworkLatency { get; } = TimeSpan.FromMilliseconds(Number("E2E_NET_LATENCY_MS", 0));

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
