using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Iterate.Domain.Api;

namespace Iterate.Cli.Help;

/// <summary>The contract's own documentation, from the XML file the compiler writes beside its assembly.</summary>
internal sealed partial class ContractDocs
{
    private readonly Dictionary<string, XElement> _members;

    private ContractDocs(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads the file.</summary>
    public static ContractDocs Load()
    {
        var file = Path.Combine(AppContext.BaseDirectory, typeof(ApiContract).Assembly.GetName().Name + ".xml");
        return new(XDocument.Load(file).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal));
    }

    /// <summary>What a type is.</summary>
    public string OfType(Type type) => Text($"T:{type.FullName}", "summary");

    /// <summary>What a contract method does.</summary>
    public string OfMethod(MethodInfo method) => Text(
        $"M:{method.DeclaringType!.FullName}.{method.Name}({string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName))})",
        "summary");

    /// <summary>What a member of a record is, whether it is declared as a parameter or as a property.</summary>
    public string OfMember(Type record, string name) =>
        _members.GetValueOrDefault($"T:{record.FullName}")?.Elements("param").FirstOrDefault(param => string.Equals(param.Attribute("name")?.Value, name, StringComparison.Ordinal)) is { } parameter
            ? Plain(parameter)
            : Text($"P:{record.FullName}.{name}", "summary");

    private string Text(string member, string element) =>
        _members.GetValueOrDefault(member)?.Element(element) is { } text ? Plain(text) : "";

    private static string Plain(XElement element)
    {
        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XText words => words.Value,
            XElement inner when inner.Attribute("name")?.Value is { } name => "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name),
            XElement inner when inner.Attribute("cref")?.Value is { } reference => reference[(reference.LastIndexOf('.') + 1)..],
            XElement inner => inner.Value,
            _ => "",
        }));
        return Spaces().Replace(SpecReference().Replace(text, ""), " ").Trim();
    }

    /// <summary>Requirement numbers help those who build this, not those who call it.</summary>
    [GeneratedRegex(@"\s*\((?:requirements? |section |streams\.md|accounts\.md)[^)]*\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpecReference();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
