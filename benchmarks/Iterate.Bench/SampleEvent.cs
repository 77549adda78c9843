using System.Globalization;

namespace Iterate.Bench;

/// <summary>The event of every measurement: about 230 bytes of JSON.</summary>
internal static class SampleEvent
{
    public const string Type = "bench/measured";

    public static string Payload(long number) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"number":{{number}},"level":"info","message":"The quick brown fox jumps over the lazy dog, again and again.","user":{"id":"usr_01jd0c1v5mfd9b6q8x4w2r7n3k","name":"Ada"},"tags":["alpha","beta","gamma"],"took":12.75,"ok":true}
        """);
}
