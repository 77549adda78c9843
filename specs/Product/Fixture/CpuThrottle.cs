using Iterate.Specs.Plugins;
using Iterate.Specs.Plugins.Wrapping;
using Microsoft.Playwright;

namespace Iterate.Specs;

/// <summary>Slows the pages of a session down (requirement W-26).</summary>
internal sealed class CpuThrottle(int factor) : ISpecPlugin
{
    public string Name => "cpu-throttle";

    public async Task BeforeTestAsync(SpecSession session)
    {
        var page = session.Page.Unwrap();
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object>(StringComparer.Ordinal) { ["rate"] = factor });
    }
}
