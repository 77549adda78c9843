namespace Iterate.Specs;

/// <summary>What a server wrote to its console, in order.</summary>
public sealed class ServerLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    /// <summary>How much there is now; a mark to read from later.</summary>
    public int Length
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>What was written after a mark.</summary>
    public IReadOnlyList<string> Since(int mark)
    {
        lock (_gate)
        {
            return _lines[mark..];
        }
    }

    internal void Add(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                _lines.Add(line);
            }
        }
    }
}
