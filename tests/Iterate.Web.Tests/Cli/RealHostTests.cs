using Iterate.Web.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

/// <summary>The command line against the host it was made for.</summary>
public sealed class RealHostTests(SharedServer shared) : IAsyncLifetime
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "data", "commits-sample.ndjson");
    private Person _person = null!;

    public async ValueTask InitializeAsync() => _person = await shared.Server.PersonAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Importing_twice_commits_once()
    {
        (await RunAsync("streams", "import", "--project", _person.Slug, "--path", "/git/commits", Sample))
            .ShouldBe(new(0, """{"lines":300,"committed":300,"alreadyThere":0}""" + "\n", "300 events committed\n"));
        (await RunAsync("streams", "import", "--project", _person.Slug, "--path", "/git/commits", Sample))
            .ShouldBe(new(0, """{"lines":300,"committed":0,"alreadyThere":300}""" + "\n", "0 events committed, 300 were already there\n"));

        var count = await RunAsync("streams", "count", "--project", _person.Slug, "--path", "/git/commits", "--json");
        count.ExitCode.ShouldBe(0, count.Error);
        count.Output.ShouldContain("""{"type":"git/commit-authored","count":300,""");
    }

    [Fact]
    public async Task What_is_appended_can_be_read()
    {
        var appended = await RunAsync("streams", "append", "--project", _person.Slug, "--path", "/a", "--type", "greeting/said", "--payload", """{"to":"you"}""");
        appended.ExitCode.ShouldBe(0, appended.Error);

        var read = await RunAsync("streams", "read", "--project", _person.Slug, "--path", "/a", "--json");

        read.ExitCode.ShouldBe(0, read.Error);
        read.Output.ShouldContain("\"you\"");
    }

    [Fact]
    public async Task What_is_read_can_be_filtered()
    {
        await RunAsync("streams", "append", "--project", _person.Slug, "--path", "/a", "--type", "a", "--payload", """{"to":"you"}""");
        await RunAsync("streams", "append", "--project", _person.Slug, "--path", "/a", "--type", "b", "--payload", """{"to":"YOU","from":"me"}""");

        var read = await RunAsync("streams", "read", "--project", _person.Slug, "--path", "/a", "--json", "--contains", "you", "--payload", """{"from":"me"}""", "--types", "b*");

        read.ExitCode.ShouldBe(0, read.Error);
        read.Output.ShouldContain("\"offset\":3");
        read.Output.ShouldNotContain("\"offset\":2");
    }

    [Fact]
    public async Task An_export_is_a_line_an_event()
    {
        await RunAsync("streams", "import", "--project", _person.Slug, "--path", "/git/commits", Sample);

        var export = await RunAsync("streams", "export", "--project", _person.Slug, "--path", "/git/commits", "--after-offset", "1");

        export.ExitCode.ShouldBe(0, export.Error);
        var lines = export.Output.TrimEnd('\n').Split('\n');
        lines.Length.ShouldBe(300);
        lines[^1].ShouldStartWith("{\"offset\":301,");
        (await RunAsync("streams", "export", "--project", _person.Slug, "--path", "/git/commits", "--after-offset", "302")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_restore_stops_at_a_bad_line_and_goes_on_when_it_is_corrected()
    {
        await RunAsync("streams", "import", "--project", _person.Slug, "--path", "/git/commits", Sample);
        var lines = (await RunAsync("streams", "export", "--project", _person.Slug, "--path", "/git/commits")).Output.Split('\n');
        var good = Path.GetTempFileName();
        await File.WriteAllLinesAsync(good, lines, TestContext.Current.CancellationToken);
        var bad = Path.GetTempFileName();
        await File.WriteAllLinesAsync(bad, [.. lines[..200], "{\"offset\":", .. lines[201..]], TestContext.Current.CancellationToken);
        string[] restore = ["streams", "import", "--project", _person.Slug, "--path", "/git/copy", "--mode", "restore", "--json"];

        var stopped = await RunAsync([.. restore, bad]);
        stopped.ExitCode.ShouldBe(1);
        stopped.Error.ShouldContain("invalid-event: Line 201: is not valid JSON");
        var restored = await RunAsync([.. restore, good]);
        File.Delete(bad);
        File.Delete(good);

        restored.ExitCode.ShouldBe(0, restored.Error);
        restored.Output.ShouldContain("\"events\":301");
        var copy = (await RunAsync("streams", "export", "--project", _person.Slug, "--path", "/git/copy", "--after-offset", "1")).Output;
        copy.ShouldBe(string.Join('\n', lines[1..]));
    }

    [Fact]
    public async Task A_wait_that_times_out_is_exit_code_three()
    {
        await RunAsync("streams", "append", "--project", _person.Slug, "--path", "/a", "--type", "a");

        var found = await RunAsync("streams", "wait-for-event", "--project", _person.Slug, "--path", "/a", "--types", "a", "--after-offset", "0");
        found.ExitCode.ShouldBe(0, found.Error);
        found.Output.ShouldContain("\"timedOut\":false");

        var waited = await RunAsync("streams", "wait-for-event", "--project", _person.Slug, "--path", "/a", "--types", "b", "--after-offset", "0", "--timeout-ms", "50");
        waited.ExitCode.ShouldBe(3, waited.Error);
        waited.Output.ShouldContain("\"timedOut\":true");
        waited.Output.ShouldContain("\"scannedThroughOffset\":2");
    }

    [Fact]
    public async Task A_refusal_of_the_host_is_exit_code_one_and_its_code()
    {
        var result = await RunAsync("streams", "read", "--project", _person.Slug, "--path", "/nope");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith("not-found: ");
    }

    [Fact]
    public async Task Nobody_is_exit_code_five()
    {
        var result = await RunAsAsync("itc_none", "projects", "list");

        result.ExitCode.ShouldBe(5);
    }

    private Task<CliResult> RunAsync(params string[] args) => RunAsAsync(_person.Secret, args);

    private async Task<CliResult> RunAsAsync(string token, params string[] args)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        var run = new CliRun(handler) { Variables = { ["ITERATE_URL"] = shared.Server.Url.AbsoluteUri, ["ITERATE_TOKEN"] = token } };
        return await run.RunAsync(args);
    }
}
