using System.Runtime;

namespace Iterate.Bench;

/// <summary>Repeats a load until the runtime has compiled what it needs for good, so that what is measured is not the compiler.</summary>
internal static class WarmUp
{
    private const int MostRounds = 20;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    // A hundredth of the round on one core.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs <paramref name="load"/> a second at a time until it hardly compiles any more, or twenty times.</summary>
    public static async Task RunAsync(Func<TimeSpan, Task> load)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var before = JitInfo.GetCompilationTime();
            await load(Round);
            if (JitInfo.GetCompilationTime() - before < Quiet)
            {
                return;
            }
        }
    }
}
