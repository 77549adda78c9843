using System.CommandLine;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>One option made from one member of a record of the contract.</summary>
internal sealed class RequestOption
{
    private readonly Action<Utf8JsonWriter, OptionValues> _write;

    private RequestOption(RecordMember member, Option option, Action<Utf8JsonWriter, OptionValues> write)
    {
        Member = member;
        Option = option;
        _write = write;
    }

    /// <summary>What the option sets.</summary>
    public RecordMember Member { get; }

    /// <summary>The option.</summary>
    public Option Option { get; }

    /// <summary>What the server takes when the option is absent, for help; null when there is nothing to say.</summary>
    public string? Default => Member.Default is null or false
        ? null
        : JsonSerializer.Serialize(Member.Default, Member.Default.GetType(), ApiJson.Options).Trim('"');

    /// <summary>Whether a member of this type is one option that needs no knowledge of another record.</summary>
    public static bool IsPlain(Type type) => FormOf(type) is not Form.Record;

    /// <summary>The option for <paramref name="member"/>.</summary>
    public static RequestOption Create(RecordMember member)
    {
        var name = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(member.Name);
        var type = Nullable.GetUnderlyingType(member.Type) ?? member.Type;
        return FormOf(type) switch
        {
            Form.Flag => Of<bool>("", (writer, values, option) => writer.WriteBooleanValue(values.Get(option))),
            Form.Number => Of<long>("n", (writer, values, option) => writer.WriteNumberValue(values.Get(option))),
            Form.Word => Words(),
            Form.List => Of<string[]>("text", (writer, values, option) => JsonSerializer.Serialize(writer, values.Get(option), ApiJson.Options)),
            Form.Text => Of<string>("text", (writer, values, option) => writer.WriteStringValue(values.Get(option))),
            _ => Of<string>("json|@file|-", (writer, values, option) => writer.WriteRawValue(values.Json(option), skipInputValidation: true)),
        };

        RequestOption Of<T>(string valueName, Action<Utf8JsonWriter, OptionValues, Option<T>> write)
        {
            var option = new Option<T>(name) { Required = member.IsRequired, HelpName = valueName };
            return new(member, option, (writer, values) => write(writer, values, option));
        }

        RequestOption Words()
        {
            string[] words = [.. Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
            var made = Of<string>(string.Join('|', words), (writer, values, option) => writer.WriteStringValue(values.Get(option)));
            ((Option<string>)made.Option).AcceptOnlyFromAmong(words);
            return made;
        }
    }

    /// <summary>Writes the option's value as JSON.</summary>
    /// <exception cref="CliException">The value is not valid for the member.</exception>
    public void WriteValue(Utf8JsonWriter writer, OptionValues values) => _write(writer, values);

    private static Form FormOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var plain when plain == typeof(bool) => Form.Flag,
        var plain when plain == typeof(int) || plain == typeof(long) => Form.Number,
        { IsEnum: true } => Form.Word,
        var plain when plain == typeof(string) || plain == typeof(DateTimeOffset) => Form.Text,
        var plain when plain == typeof(IReadOnlyList<string>) => Form.List,
        var plain when plain == typeof(JsonText) => Form.Json,
        _ => Form.Record,
    };

    private enum Form
    {
        Flag,
        Number,
        Word,
        Text,
        List,
        Json,
        Record,
    }
}
