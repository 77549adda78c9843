using Xunit;

// Each test loads the machine as much as it can, and some take their PostgreSQL away.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
