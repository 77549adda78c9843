using System.Xml.Linq;
using Iterate.Domain.Api;
using Shouldly;

namespace Iterate.Infrastructure.Tests.Api;

/// <summary>The codes that the documentation of the contract declares, for a method in its exceptions or for a whole group.</summary>
internal static class DeclaredCodes
{
    /// <summary>Codes that a group may answer.</summary>
    public static IReadOnlyList<string> Of(string group)
    {
        var contract = ApiContract.Groups.Single(candidate => candidate.Name == group).Contract;
        var members = XDocument.Load(Path.ChangeExtension(contract.Assembly.Location, ".xml")).Descendants("member");
        var exceptions = members.Where(member => NameOf(member).StartsWith($"M:{contract.FullName}.", StringComparison.Ordinal)).Elements("exception");
        string[] ofMethods = [.. Quoted(exceptions)];
        ofMethods.Where(code => code.Contains('-', StringComparison.Ordinal)).ShouldBeSubsetOf(ErrorCodes.All, "a code that is declared is in the table");
        var ofGroup = Quoted(members.Where(member => NameOf(member) == $"T:{contract.FullName}"));
        return [.. ofMethods.Concat(ofGroup).Intersect(ErrorCodes.All, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string NameOf(XElement member) => (string)member.Attribute("name")!;

    private static IEnumerable<string> Quoted(IEnumerable<XElement> docs) => docs.Descendants("c").Select(quoted => quoted.Value);
}
