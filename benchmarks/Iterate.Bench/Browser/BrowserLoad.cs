namespace Iterate.Bench;

/// <summary>Under what conditions a person looks at a stream.</summary>
/// <param name="Events">Events of the stream before anything is measured.</param>
/// <param name="Rate">Events appended a second while the person watches.</param>
/// <param name="Length">How long the tail is watched.</param>
/// <param name="Cpu">How many times slower the page computes; 1 is full speed.</param>
/// <param name="Latency">Round trip between browser and server.</param>
internal sealed record BrowserLoad(int Events, int Rate, TimeSpan Length, int Cpu, TimeSpan Latency);
