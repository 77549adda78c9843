using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class ServerChoiceTests : IDisposable
{
    private readonly FakeServer _server = new FakeServer().Answers("projects/list", new ListProjectsResponse([]));
    private readonly TemporaryFolder _home = new();
    private readonly string _data;

    public ServerChoiceTests() => _data = Directory.CreateDirectory(Path.Combine(_home.Path, "iterate")).FullName;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_server_on_this_host_is_found_by_its_data_directory()
    {
        await RememberAsync("http://localhost:5173\n", "itc_local\n");
        var run = new CliRun(_server);
        run.Variables.Clear();

        (await run.RunAsync("projects", "list", "--data", _data)).ExitCode.ShouldBe(0);
        _server.Requests[^1].Authorization.ShouldBe("Bearer itc_local");
    }

    [Fact]
    public async Task The_usual_data_directory_is_that_of_the_server()
    {
        await RememberAsync("http://localhost:5173", "itc_local");
        var run = new CliRun(_server);
        run.Variables.Clear();
        run.Variables["XDG_DATA_HOME"] = _home.Path;

        (await run.RunAsync("projects", "list")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Variables_override_what_was_remembered()
    {
        await RememberAsync("http://localhost:5173", "itc_local");

        (await new CliRun(_server).RunAsync("projects", "list", "--data", _data)).ExitCode.ShouldBe(0);
        _server.Requests[^1].Authorization.ShouldBe("Bearer itc_test");
    }

    [Fact]
    public async Task Another_address_never_sees_the_local_token()
    {
        await RememberAsync("http://localhost:5173", "itc_local");
        var run = new CliRun(_server);
        run.Variables.Remove("ITERATE_TOKEN");

        (await run.RunAsync("projects", "list", "--data", _data)).ExitCode.ShouldBe(0);
        _server.Requests[^1].Authorization.ShouldBeNull();
    }

    [Fact]
    public async Task An_address_that_is_none_is_wrong_usage()
    {
        var run = new CliRun(_server);
        run.Variables["ITERATE_URL"] = "localhost:5173";

        (await run.RunAsync("projects", "list")).ShouldBe(new(2, "", "usage: ITERATE_URL holds 'localhost:5173', which is no http address.\n"));
    }

    [Theory]
    [InlineData(false, "/data/iterate", "/data", "/home/ada")]
    [InlineData(true, "/data/iterate", "/data", "/root")]
    [InlineData(false, "/home/ada/.local/share/iterate", null, "/home/ada")]
    [InlineData(true, "/var/lib/iterate", null, "/root")]
    [InlineData(false, "/var/lib/iterate", null, null)]
    [InlineData(false, "/home/ada/.local/share/iterate", "", "/home/ada")]
    public void The_usual_data_directory_is_where_data_of_programs_goes(bool isPrivileged, string expected, string? dataHome, string? home) =>
        LocalInstallation.DefaultDirectory(name => name is "XDG_DATA_HOME" ? dataHome : name is "HOME" ? home : null, isPrivileged).ShouldBe(expected);

    private async Task RememberAsync(string url, string token)
    {
        await File.WriteAllTextAsync(Path.Combine(_data, LocalInstallation.LocalUrlFile), url, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_data, LocalInstallation.LocalTokenFile), token, TestContext.Current.CancellationToken);
    }
}
