using Shouldly;
using Xunit;

namespace Iterate.Specs.Conventions;

public sealed class ConventionTests
{
    public static TheoryData<string> SpecFiles =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "specs", "Product"), "*Specs.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(SpecFiles))]
    public async Task a_spec_only_says_what_becomes_visible(string file)
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
        SpecConventions.OffencesIn(source).ShouldBeEmpty(file);
    }

    [Theory]
    [InlineData("if (seen) { }", "if")]
    [InlineData("var row = seen ? 1 : 2;", "?:")]
    [InlineData("switch (row) { default: break; }", "switch")]
    [InlineData("var row = seen switch { true => 1, false => 2 };", "switch")]
    [InlineData("await Task.Delay(100);", "Task.Delay")]
    [InlineData("await Page.WaitForTimeoutAsync(100);", "WaitForTimeout")]
    [InlineData("await Expect(Page.GetByText(\"x\")).ToBeVisibleAsync();", "Expect")]
    [InlineData("await Assertions.Expect(Page).ToHaveTitleAsync(\"x\");", "Expect")]
    [InlineData("await Page.GetByText(\"x\").IsVisibleAsync();", "IsVisibleAsync")]
    [InlineData("await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);", "NetworkIdle")]
    public void what_a_spec_must_not_hold_is_found(string statement, string offence) =>
        SpecConventions.OffencesIn(Spec(statement)).ShouldHaveSingleItem().ShouldStartWith($"line 4: {offence}");

    [Theory]
    [InlineData("await Page.GetByText(\"if it is there? Expect it: switch\").WaitForAsync(); // if")]
    [InlineData("await Page.GetByText(Project?.Name ?? \"\").ClickAsync();")]
    [InlineData("await Task.WhenAll(Page.GotoAsync(\"/\"), Server.RestartAsync());")]
    public void what_only_resembles_it_is_not(string statement) => SpecConventions.OffencesIn(Spec(statement)).ShouldBeEmpty();

    private static string Spec(string statement) => $$"""
        public sealed class SomeSpecs
        {
            [Spec]
            public async Task a_sentence() { {{statement}} }
        }
        """;
}
