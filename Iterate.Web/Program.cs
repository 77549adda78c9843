using Iterate.Infrastructure.Postgres;
using Iterate.Web;

try
{
    await IterateHost.RunAsync(args);
    return 0;
}
catch (OperationCanceledException)
{
    return 130;
}
catch (StartupException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 2;
}
