using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>The text and range part of the filter bar (requirement S-174).</summary>
public sealed partial class TextFilter
{
    /// <summary>Name of the sheet in the URL's <c>panel</c>.</summary>
    public const string Panel = "text";

    private const string NotAnOffset = "An offset is a whole number from 1";

    private bool _wasOpen;

    /// <summary>The filter in the URL.</summary>
    [Parameter, EditorRequired]
    public required StreamFilter Filter { get; set; }

    /// <summary>The sheet is open.</summary>
    [Parameter]
    public bool Open { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Text { get; set; } = "";

    private string From { get; set; } = "";

    private string To { get; set; } = "";

    private string? FromError { get; set; }

    private string? ToError { get; set; }

    private string Summary => Filter.HasTextOrRange
        ? string.Join(" · ", new[] { Filter.Text, Range }.Where(part => part.Length > 0))
        : "Text, offset";

    private string Range => (Filter.From, Filter.To) switch
    {
        (null, null) => "",
        ({ } from, null) => string.Create(CultureInfo.InvariantCulture, $"from {from:N0}"),
        (null, { } to) => string.Create(CultureInfo.InvariantCulture, $"to {to:N0}"),
        var (from, to) => string.Create(CultureInfo.InvariantCulture, $"{from:N0}–{to:N0}"),
    };

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Open && !_wasOpen)
        {
            (Text, From, To) = (Filter.Text, Digits(Filter.From), Digits(Filter.To));
            (FromError, ToError) = (null, null);
        }

        _wasOpen = Open;
    }

    private static string Digits(long? offset) => offset?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static bool TryParse(string text, out long? offset)
    {
        offset = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.Integer | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && number >= 1;
        offset = isNumber ? number : null;
        return isNumber;
    }

    private void Apply()
    {
        FromError = TryParse(From, out var from) ? null : NotAnOffset;
        ToError = !TryParse(To, out var to) ? NotAnOffset : to < from ? "The last offset comes after the first" : null;
        if (FromError is null && ToError is null)
        {
            Navigation.NavigateTo(UrlWith(open: false, Filter with { Text = Text.Trim(), From = from, To = to }));
        }
    }

    private string UrlWith(bool open, StreamFilter? filter = null) => Navigation.GetUriWithQueryParameters(
        (filter ?? Filter).Query
            .Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value))
            .Append(new("panel", open ? Panel : null))
            .ToDictionary(StringComparer.Ordinal));
}
