using System.Collections.Frozen;

namespace Iterate.Web.Client.Components;

/// <summary>The shapes inside each icon's <c>svg</c>; view box 0 0 20 20.</summary>
public static class IconShapes
{
    private static readonly FrozenDictionary<IconName, string> Shapes = new Dictionary<IconName, string>
    {
        [IconName.Agent] = """<path d="M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13"/><circle cx="10" cy="10" r="2.6"/>""",
        [IconName.Alert] = """<path d="M10 3.5 2.8 16h14.4zM10 8.5v3.2"/><circle cx="10" cy="13.8" r=".35"/>""",
        [IconName.Attach] = """<path d="m15.5 9-5.6 5.6a3.2 3.2 0 0 1-4.5-4.5l5.9-5.9a2.1 2.1 0 0 1 3 3l-5.7 5.7a1 1 0 0 1-1.5-1.5L12 6.5"/>""",
        [IconName.Back] = """<path d="M12.5 4.5 7 10l5.5 5.5"/>""",
        [IconName.Box] = """<path d="M10 3 3.5 6.3v7.4L10 17l6.5-3.3V6.3zM3.5 6.3 10 9.7l6.5-3.4M10 9.7V17"/>""",
        [IconName.Braces] = """<path d="M8 3.5c-2 0-2.5.8-2.5 2.5 0 2-.3 3.2-2 4 1.7.8 2 2 2 4 0 1.7.5 2.5 2.5 2.5M12 3.5c2 0 2.5.8 2.5 2.5 0 2 .3 3.2 2 4-1.7.8-2 2-2 4 0 1.7-.5 2.5-2.5 2.5"/>""",
        [IconName.Branch] = """<path d="M6 4v12M14 6.5c0 3.5-8 2-8 6"/><circle cx="14" cy="5" r="1.6"/>""",
        [IconName.Check] = """<path d="m4.5 10.5 3.5 3.5 7.5-8"/>""",
        [IconName.Clock] = """<circle cx="10" cy="10" r="6.5"/><path d="M10 6.5V10l2.5 1.5"/>""",
        [IconName.Close] = """<path d="m5 5 10 10M15 5 5 15"/>""",
        [IconName.Copy] = """<rect x="7" y="7" width="9.5" height="9.5" rx="1.5"/><path d="M4.5 13h-1V4.5a1 1 0 0 1 1-1H13v1"/>""",
        [IconName.Dots] = """<circle cx="4.5" cy="10" r=".6"/><circle cx="10" cy="10" r=".6"/><circle cx="15.5" cy="10" r=".6"/>""",
        [IconName.Down] = """<path d="m4.5 7.5 5.5 5.5 5.5-5.5"/>""",
        [IconName.Download] = """<path d="M10 3.5V12M6 8.5l4 4 4-4M4 16h12"/>""",
        [IconName.File] = """<path d="M5 3.5h6.5L15 7v9.5H5zM11.5 3.5V7H15"/>""",
        [IconName.Filter] = """<path d="M3 5.5h14M5.5 10h9M8 14.5h4"/>""",
        [IconName.Gear] = """<circle cx="10" cy="10" r="2.6"/><path d="M10 3v2.2M10 14.8V17M3 10h2.2M14.8 10H17M5.05 5.05 6.6 6.6M13.4 13.4l1.55 1.55M14.95 5.05 13.4 6.6M6.6 13.4l-1.55 1.55"/>""",
        [IconName.Grid] = """<rect x="3.5" y="3.5" width="5.5" height="5.5" rx="1"/><rect x="11" y="3.5" width="5.5" height="5.5" rx="1"/><rect x="3.5" y="11" width="5.5" height="5.5" rx="1"/><rect x="11" y="11" width="5.5" height="5.5" rx="1"/>""",
        [IconName.Home] = """<path d="M3.5 4.5h13v9H9l-3.5 3v-3h-2z"/>""",
        [IconName.Jobs] = """<rect x="3" y="4" width="14" height="3.5" rx="1"/><rect x="3" y="12.5" width="9" height="3.5" rx="1"/><path d="M5 7.5v5"/>""",
        [IconName.Jump] = """<path d="M10 3.5V15M5 10l5 5 5-5"/>""",
        [IconName.Key] = """<circle cx="7" cy="13" r="3"/><path d="m9.2 10.8 6.3-6.3M13 7l2 2"/>""",
        [IconName.Link] = """<path d="M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0L4.5 11.2a3 3 0 0 0 4.3 4.3l1-1"/>""",
        [IconName.Machine] = """<rect x="3" y="4" width="14" height="9" rx="1.5"/><path d="M7 16.5h6M10 13v3.5"/>""",
        [IconName.More] = """<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>""",
        [IconName.Note] = """<path d="M4 5h12M4 9h12M4 13h7"/>""",
        [IconName.Offline] = """<path d="M3 8a10.5 10.5 0 0 1 3.5-2.2M17 8a10.5 10.5 0 0 0-6-2.9M5.8 11a6.5 6.5 0 0 1 2.7-1.5M14.2 11a6.5 6.5 0 0 0-1-.8M3.5 3.5l13 13"/><circle cx="10" cy="14.5" r=".7"/>""",
        [IconName.Pause] = """<path d="M7 4.5v11M13 4.5v11"/>""",
        [IconName.Plug] = """<path d="M7 3.5V7M13 3.5V7M5 7h10v2.5a5 5 0 0 1-10 0zM10 14.5v2.5"/>""",
        [IconName.Plus] = """<path d="M10 4v12M4 10h12"/>""",
        [IconName.Refresh] = """<path d="M15.5 7.5A6 6 0 1 0 16 11M16 4v3.5h-3.5"/>""",
        [IconName.Right] = """<path d="m7.5 4.5 5.5 5.5-5.5 5.5"/>""",
        [IconName.Search] = """<circle cx="9" cy="9" r="5"/><path d="m13 13 3.5 3.5"/>""",
        [IconName.Send] = """<path d="M10 16V4.5M5 9l5-5 5 5"/>""",
        [IconName.Shield] = """<path d="M10 3 4 5.2v4.3c0 3.7 2.5 6.3 6 7.5 3.5-1.2 6-3.8 6-7.5V5.2z"/>""",
        [IconName.Sort] = """<path d="M6 4v12M3.5 13.5 6 16l2.5-2.5M11.5 6h5M11.5 10h4M11.5 14h2.5"/>""",
        [IconName.Streams] = """<path d="M3.5 5h13M3.5 10h13M3.5 15h7"/><rect x="13.5" y="13.25" width="3" height="3.5" fill="currentColor" stroke="none"/>""",
        [IconName.Swap] = """<path d="M13 3.5 16 6.5l-3 3M16 6.5H5M7 10.5l-3 3 3 3M4 13.5h11"/>""",
        [IconName.Team] = """<circle cx="7.5" cy="7" r="2.6"/><path d="M2.5 16c.4-2.7 2.5-4 5-4s4.6 1.3 5 4M13 4.7a2.5 2.5 0 0 1 0 4.6M14.5 12.3c1.7.5 2.8 1.7 3 3.7"/>""",
        [IconName.Terminal] = """<rect x="3" y="4" width="14" height="12" rx="1.5"/><path d="m6 8 2.5 2L6 12M10.5 12.5H14"/>""",
        [IconName.Up] = """<path d="m4.5 12.5 5.5-5.5 5.5 5.5"/>""",
        [IconName.UpDown] = """<path d="m6.5 7.5 3.5-3.5 3.5 3.5M6.5 12.5 10 16l3.5-3.5"/>""",
        [IconName.User] = """<circle cx="10" cy="7" r="3"/><path d="M4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5"/>""",
        [IconName.Work] = """<circle cx="6" cy="5" r="1.8"/><circle cx="6" cy="15" r="1.8"/><circle cx="14" cy="7.5" r="1.8"/><path d="M6 6.8v6.4M14 9.3c0 2.7-8 1.2-8 3.9"/>""",
    }.ToFrozenDictionary();

    /// <summary>The markup of <paramref name="name"/>'s shapes, without the surrounding <c>svg</c>.</summary>
    public static string Of(IconName name) => Shapes[name];
}
