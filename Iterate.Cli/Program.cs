using Iterate.Cli;

return await CommandLineApp.RunAsync(args, CliHost.OfThisProcess(), CancellationToken.None);
