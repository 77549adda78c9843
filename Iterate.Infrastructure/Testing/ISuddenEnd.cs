using System.Diagnostics;

namespace Iterate.Infrastructure.Testing;

/// <summary>The end of this process without a word, as a power cut would be.</summary>
internal interface ISuddenEnd
{
    void Come();
}

/// <inheritdoc/>
internal sealed class KilledProcess : ISuddenEnd
{
    public void Come()
    {
        using var process = Process.GetCurrentProcess();
        process.Kill();
    }
}
