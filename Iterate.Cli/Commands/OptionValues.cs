using System.CommandLine;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Commands;

/// <summary>What was typed, and the files and standard input it points to.</summary>
internal sealed class OptionValues(ParseResult parsed, CliHost host)
{
    /// <summary>The option stands on the command line.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The option's value.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>The argument's value.</summary>
    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>JSON given as text, as <c>@file</c> or as <c>-</c> for standard input.</summary>
    /// <exception cref="CliException">It is not one JSON value, or the file cannot be read.</exception>
    public string Json(Option<string> option)
    {
        var value = Get(option)!;
        var text = value switch
        {
            "-" => ReadAll("-"),
            ['@', .. var file] => ReadAll(file),
            _ => value,
        };
        try
        {
            return JsonText.Parse(text).Text!;
        }
        catch (JsonException exception)
        {
            throw CliException.Usage($"{option.Name} is not JSON: {exception.Message}");
        }
    }

    /// <summary>A file to read, or standard input for <c>-</c>.</summary>
    /// <exception cref="CliException">It cannot be opened.</exception>
    public Stream Open(string file)
    {
        try
        {
            return file is "-" ? host.OpenInput() : File.OpenRead(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage(exception.Message);
        }
    }

    private string ReadAll(string file)
    {
        using var reader = new StreamReader(Open(file));
        return reader.ReadToEnd();
    }
}
