using System.Globalization;

namespace Iterate.Specs.Streams;

/// <summary>
/// Milliseconds that were measured, left under <c>artifacts/figures</c>: what a shared machine takes is told, and only
/// what is wrong on any machine fails.
/// </summary>
internal sealed class Figures(string name)
{
    /// <summary>Script: from now on <c>window.drawnAt[offset]</c> is when a row was first painted, in milliseconds of the epoch.</summary>
    public const string NoteWhenRowsAreDrawn = """
        () => {
            window.drawnAt = {};
            new MutationObserver(changes => {
                const rows = changes.flatMap(change => change.type === 'attributes' ? [change.target] : [...change.addedNodes])
                    .flatMap(node => node.matches?.('[data-testid=event-row]') ? [node] : [...(node.querySelectorAll?.('[data-testid=event-row]') ?? [])]);
                const painted = new MessageChannel();
                painted.port1.onmessage = () => rows.forEach(row => { window.drawnAt[row.dataset.offset] ??= performance.timeOrigin + performance.now(); });
                requestAnimationFrame(() => painted.port2.postMessage(null));
            }).observe(document.querySelector('[data-testid=stream-events]'), { childList: true, subtree: true, attributeFilter: ['data-offset'] });
        }
        """;

    private readonly List<double> _milliseconds = [];

    public double Largest => _milliseconds.Max();

    public void Add(double milliseconds) => _milliseconds.Add(milliseconds);

    public Task WriteAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "figures")).FullName;
        var ordered = _milliseconds.Order().ToArray();
        return File.WriteAllTextAsync(
            Path.Combine(folder, $"{name}.json"),
            string.Create(CultureInfo.InvariantCulture, $$"""{"name":"{{name}}","samples":{{ordered.Length}},"p50Ms":{{ordered[ordered.Length / 2]:0}},"p95Ms":{{ordered[ordered.Length * 95 / 100]:0}},"maxMs":{{ordered[^1]:0}}}"""),
            cancellationToken);
    }
}
