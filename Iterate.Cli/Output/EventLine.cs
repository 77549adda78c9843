using System.Globalization;
using Iterate.Domain.Api;

namespace Iterate.Cli.Output;

/// <summary>One event as one line: offset, time, type and as much of the payload as fits.</summary>
internal static class EventLine
{
    private const int OffsetWidth = 8;

    /// <summary>The line, with colours.</summary>
    public static string Of(StreamEvent streamEvent, int columns)
    {
        var offset = streamEvent.Offset.ToString(CultureInfo.InvariantCulture).PadLeft(OffsetWidth);
        var time = streamEvent.CreatedAt.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var type = Terminal.Printable(streamEvent.Type);
        var room = Math.Max(0, columns - (offset.Length + time.Length + type.Length + 6));
        return $"{Terminal.Dim(offset)}  {Terminal.Dim(time)}  {Terminal.Bold(type)}  {Terminal.Cut(Terminal.Printable(ResultTable.Cell(streamEvent.Payload)), room)}";
    }
}
