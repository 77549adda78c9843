using System.Globalization;
using System.Text;

namespace Iterate.Web.Tests.Fuzzing;

/// <summary>
/// Request bodies that are valid, nearly valid or meant to hurt: deep, doubled, torn, out of range, of the wrong kind. The
/// same seed makes the same bodies.
/// </summary>
internal sealed class HostileBodies(int seed, string project)
{
    private static readonly string[] Hostile =
    [
        "null", "true", "[]", "{}", "\"\"", "0", "-1", "1.5", "1e400", "-1e-400", "9223372036854775807", "9223372036854775808", "1e9999999999",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\ude00\"", "\"\u202e\"", "\"/\"", "\"../..\"", "\"%2F%2f\"", "\"%zz\"", "\"%00\"", "\"' or 1=1 --\"",
        "{\"a\":1,\"a\":2}", "{\"\\u0000\":1}", "{\"\\ud800\":1}", "[[],{},null]", "NaN", "Infinity", "undefined", "'x'", "01", "+1", "\"\\x\"", "\u0000", "\uFEFF",
    ];

    private static readonly string[] Types =
    [
        "\"stream/paused\"", "\"stream/resumed\"", "\"stream/resumed\"", "\"stream/resumed\"", "\"stream/created\"", "\"stream/metadata-updated\"", "\"stream/error-occurred\"",
        "\"stream/breaker-configured\"", "\"stream/subscription-configured\"", "\"stream/nonsense\"", "\"  x  \"", "\"\\n\"",
    ];

    private readonly Random _random = new(seed);

    public (string Method, byte[] Body) Next()
    {
        var (method, body) = _random.Next(9) switch
        {
            0 or 1 or 2 => ("streams/append", Append()),
            3 => ("streams/preview-append", Append()),
            4 => ("streams/append-many", Object(("project", Project()), ("batches", $"[{Object(("path", Path()), ("events", Events()))}]"))),
            5 => ("streams/count", Object(("project", Project()), ("path", Path()), ("filter", Filter()))),
            6 => ("streams/wait-for-event", Object(("project", Project()), ("path", Path()), ("filter", Filter()), ("afterOffset", Number()), ("timeoutMs", Maybe("0")))),
            7 => ("streams/resume", Object(("project", Project()), ("path", Path()), ("reason", Maybe("\"again\"")))),
            _ => ("streams/read", Read()),
        };
        return (method, Torn(body));
    }

    private string Append() => Object(("project", Project()), ("path", Path()), ("events", Events()), ("mustExist", Maybe("false")));

    private string Read() => Object(
        ("project", Project()), ("path", Path()), ("afterOffset", Number()), ("beforeOffset", Number()), ("limit", Number()),
        ("direction", Maybe("\"backward\"")), ("filter", Filter()), ("streamId", Maybe("\"str_x\"")));

    private string Project() => _random.Next(40) == 0 ? Anything(2) : $"\"{project}\"";

    private string Path() => _random.Next(15) == 0
        ? Anything(1)
        : string.Create(CultureInfo.InvariantCulture, $"\"/fuzz/{_random.Next(6)}\"");

    private string Number() => _random.Next(4) switch
    {
        0 => Hostile[_random.Next(Hostile.Length)],
        1 => _random.Next(-3, 2_000).ToString(CultureInfo.InvariantCulture),
        _ => _random.Next(1, 5).ToString(CultureInfo.InvariantCulture),
    };

    private string Events() => _random.Next(12) == 0 ? Anything(3) : $"[{string.Join(',', Enumerable.Range(0, _random.Next(0, 5)).Select(_ => Event()))}]";

    private string Event()
    {
        (string Name, string Value)[] precondition = _random.Next(6) == 0 ? [("offset", Number())] : [];
        return Object(
        [
            ("type", Maybe(_random.Next(8) == 0 ? Types[_random.Next(Types.Length)] : "\"test/happened\"")),
            ("payload", _random.Next(3) > 0 ? "{\"a\":[1,2.50,\"x\"]}" : Anything(5)),
            ("metadata", Maybe("{\"k\":1}")),
            ("idempotencyKey", Maybe(string.Create(CultureInfo.InvariantCulture, $"\"k{_random.Next(5_000)}\""))),
            ("source", Maybe("{\"processor\":{\"slug\":\"echo\",\"version\":1}}")),
            .. precondition,
        ]);
    }

    private string Filter() => _random.Next(4) == 0
        ? Anything(3)
        : Object(("types", Maybe("[\"test/*\",\"a\"]")), ("payload", Anything(4)), ("metadata", Maybe("{\"k\":1}")), ("contains", Maybe("\"x\"")));

    private string Maybe(string usual) => _random.Next(10) == 0 ? Anything(3) : usual;

    /// <summary>Each member may be missing, doubled or strange.</summary>
    private string Object(params (string Name, string Value)[] members)
    {
        var written = new List<string>();
        foreach (var (name, value) in members)
        {
            var times = (_random.Next(30), name is "project" or "path" or "events" or "type" or "timeoutMs") switch
            {
                (0, _) => 2,
                (1, _) when name != "timeoutMs" => 0,
                (_, true) => 1,
                _ => _random.Next(2),
            };
            written.AddRange(Enumerable.Repeat($"\"{name}\":{value}", times));
        }

        if (_random.Next(60) == 0)
        {
            written.Add($"\"colour\":{Anything(1)}");
        }

        return "{" + string.Join(',', written) + "}";
    }

    private string Anything(int depth) => _random.Next(14) switch
    {
        < 4 => Hostile[_random.Next(Hostile.Length)],
        4 => Nested(),
        5 => "\"" + new string('x', _random.Next(6) == 0 ? _random.Next(20_000, 80_000) : 300) + "\"",
        6 => new string('9', _random.Next(90, 120)),
        < 10 when depth > 0 => "[" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Anything(depth - 1))) + "]",
        < 13 when depth > 0 => "{" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(index => $"\"m{index % 3}\":{Anything(depth - 1)}")) + "}",
        _ => "\"usual\"",
    };

    private string Nested()
    {
        var depth = _random.Next(55, 80);
        return _random.Next(2) == 0
            ? new string('[', depth) + new string(']', depth)
            : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
    }

    /// <summary>One body in eight is not JSON any more, or not even text.</summary>
    private byte[] Torn(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var at = _random.Next(bytes.Length);
        switch (_random.Next(32))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], (byte)_random.Next(256), .. bytes[at..]];
            case 2:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 3:
                return [.. bytes, .. bytes[at..]];
            default:
                return bytes;
        }
    }
}
