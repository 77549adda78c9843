using System.CommandLine;
using Iterate.Cli.Commands;
using Iterate.Cli.Help;
using Iterate.Cli;
using Iterate.Domain.Api;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Cli;

public sealed class ContractCoverageTests
{
    private static readonly CommandTree Tree = CommandTree.Build(new CliHost
    {
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        OpenInput = () => Stream.Null,
        OutputColumns = null,
        ErrorIsTerminal = false,
        Variable = _ => null,
        CreateHandler = _ => new FakeServer(),
    });

    public static TheoryData<string> Methods =>
        [.. ApiContract.Groups.SelectMany(group => group.Methods).Select(method => method.FullName)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_of_the_contract_has_a_command(string fullName) =>
        CommandOf(fullName).Action.ShouldNotBeNull();

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_member_of_a_request_is_an_option(string fullName)
    {
        var request = MethodOf(fullName).RequestType;
        var options = CommandOf(fullName).Options.Select(option => option.Name).ToList();

        foreach (var member in RequestOptions.Of(request).All)
        {
            options.ShouldContain(member.Option.Name, StringComparer.Ordinal);
        }

        RequestOptions.Of(request).Members.ShouldBe(
            request.GetProperties().Where(property => property.CanWrite).Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]),
            StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void No_two_options_of_a_command_share_a_name(string fullName) =>
        CommandOf(fullName).Options.Concat(Tree.Root.Options)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .ShouldBeUnique(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Help_has_words_for_every_command(string fullName) =>
        Tree.TextOf(CommandOf(fullName), ContractDocs.Load()).ShouldNotBeEmpty();

    [Fact]
    public void Groups_that_exist_in_development_only_are_not_in_help()
    {
        foreach (var group in ApiContract.Groups)
        {
            Child(Tree.Root, group.Name).Hidden.ShouldBe(group.DevelopmentOnly);
        }
    }

    private static ApiMethod MethodOf(string fullName) =>
        ApiContract.Groups.SelectMany(group => group.Methods).Single(method => string.Equals(method.FullName, fullName, StringComparison.Ordinal));

    private static Command CommandOf(string fullName)
    {
        var method = MethodOf(fullName);
        return Child(Child(Tree.Root, method.Group), method.Name);
    }

    private static Command Child(Command parent, string name) =>
        parent.Subcommands.Single(command => string.Equals(command.Name, name, StringComparison.Ordinal));
}
