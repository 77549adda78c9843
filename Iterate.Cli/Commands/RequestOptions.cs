using System.CommandLine;
using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>
/// The options of one request record, read from its members: what the contract accepts as JSON can be said on the
/// command line, and nothing else. A nested record of plain members, such as a filter, is flattened.
/// </summary>
internal sealed class RequestOptions
{
    private readonly List<Member> _members;

    private RequestOptions(Type requestType, List<Member> members)
    {
        RequestType = requestType;
        _members = members;
    }

    /// <summary>The record the options make.</summary>
    public Type RequestType { get; }

    /// <summary>JSON names of the record's members that the options can set.</summary>
    public IEnumerable<string> Members => _members.Select(member => member.JsonName);

    /// <summary>Every option, in the order of the record.</summary>
    public IEnumerable<RequestOption> All => _members.SelectMany(member => member.Options);

    /// <summary>The option called <paramref name="name"/>, dashes included.</summary>
    public Option<T> Named<T>(string name) =>
        (Option<T>)All.Single(option => string.Equals(option.Option.Name, name, StringComparison.Ordinal)).Option;

    /// <summary>The options of <paramref name="requestType"/>.</summary>
    public static RequestOptions Of(Type requestType)
    {
        RecordMember[] members = [.. RecordMember.Of(requestType)];
        return new(requestType, [.. members.Select(member => Member.Of(member, members))]);
    }

    /// <summary>The request the command line describes.</summary>
    /// <param name="values">Values of options.</param>
    /// <param name="given">Members that are settled elsewhere, by JSON name, as JSON text.</param>
    /// <exception cref="CliException">A value does not fit its member.</exception>
    public object Read(OptionValues values, IReadOnlyDictionary<string, string> given)
    {
        var json = ReadJson(values, given);
        try
        {
            return JsonSerializer.Deserialize(json, RequestType, ApiJson.Options)!;
        }
        catch (JsonException exception)
        {
            throw CliException.Usage(exception.Message);
        }
    }

    /// <summary>The same as JSON text.</summary>
    public string ReadJson(OptionValues values, IReadOnlyDictionary<string, string> given)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, json) in given)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(json);
            }

            foreach (var member in _members.Where(member => !given.ContainsKey(member.JsonName)))
            {
                member.Write(writer, values);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static bool IsFlat(Type type) =>
        RecordMember.IsRecord(type) && RecordMember.Of(type).All(member => RequestOption.IsPlain(member.Type));

    private sealed record Member(string JsonName, IReadOnlyList<RequestOption> Options, bool IsNested)
    {
        // A member of the request itself takes its name from one of a nested record.
        public static Member Of(RecordMember member, RecordMember[] all) => IsFlat(member.Type)
            ? new(member.JsonName, [.. RecordMember.Of(member.Type).Where(inner => !Array.Exists(all, outer => outer.Name == inner.Name)).Select(inner => RequestOption.Create(inner with { IsRequired = false }))], IsNested: true)
            : new(member.JsonName, [RequestOption.Create(member)], IsNested: false);

        public void Write(Utf8JsonWriter writer, OptionValues values)
        {
            if (!Options.Any(option => values.Has(option.Option)))
            {
                return;
            }

            if (IsNested)
            {
                writer.WriteStartObject(JsonName);
            }

            foreach (var option in Options.Where(option => values.Has(option.Option)))
            {
                writer.WritePropertyName(option.Member.JsonName);
                option.WriteValue(writer, values);
            }

            if (IsNested)
            {
                writer.WriteEndObject();
            }
        }
    }
}
