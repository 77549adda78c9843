using System.Collections.Concurrent;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Testing;

/// <summary>Faults of this node that specs lift and set again.</summary>
internal sealed class TestFaults
{
    private readonly ConcurrentDictionary<TestFault, TaskCompletionSource> _set = [];

    public TestFaults()
    {
        foreach (var fault in Enum.GetValues<TestFault>())
        {
            Set(fault, on: true);
        }
    }

    public bool IsOn(TestFault fault) => !_set[fault].Task.IsCompleted;

    public Task LiftedAsync(TestFault fault, CancellationToken cancellationToken) => _set[fault].Task.WaitAsync(cancellationToken);

    public void Set(TestFault fault, bool on)
    {
        if (!on)
        {
            _set[fault].TrySetResult();
        }
        else if (!_set.TryGetValue(fault, out var lifted) || lifted.Task.IsCompleted)
        {
            _set[fault] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
