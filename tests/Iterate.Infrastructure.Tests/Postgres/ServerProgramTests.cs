using Iterate.Infrastructure.Postgres;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Postgres;

public sealed class ServerProgramTests
{
    [Fact]
    public async Task a_program_is_found_on_the_path_and_not_in_the_working_directory()
    {
        var name = Path.GetRandomFileName();
        await File.WriteAllTextAsync(name, "#!/bin/sh\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(name, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            (await RunAsync(name)).Succeeded.ShouldBeFalse();
            (await RunAsync("true")).Succeeded.ShouldBeTrue();
        }
        finally
        {
            File.Delete(name);
        }
    }

    private static Task<ProgramResult> RunAsync(string program) =>
        ServerProgram.RunAsync(program, [], new(), TestContext.Current.CancellationToken);
}
