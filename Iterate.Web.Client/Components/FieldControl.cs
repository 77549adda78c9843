using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Components;

/// <summary>What every control in a <see cref="Field"/> has: a text value and its field's ids.</summary>
public abstract class FieldControl : ComponentBase
{
    private static readonly Dictionary<string, object> NoAttributes = new(StringComparer.Ordinal);

    /// <summary>The field around the control.</summary>
    [CascadingParameter]
    protected FieldContext Field { get; set; } = default!;

    /// <summary>The text.</summary>
    [Parameter]
    public string Value { get; set; } = "";

    /// <summary>Called with the new text at each input.</summary>
    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>Name in a form post.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Cannot be changed.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>
    /// Further attributes of the control, such as <c>autocomplete</c>, <c>maxlength</c> or <c>data-draft</c>
    /// (text kept for the session, js/drafts.js).
    /// </summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Field is null)
        {
            throw new InvalidOperationException($"{GetType().Name} stands inside a {nameof(Components.Field)}, which gives it label and ids.");
        }
    }

    /// <summary>All attributes the wrapped control passes on to its element.</summary>
    protected IReadOnlyDictionary<string, object> ElementAttributes(string css)
    {
        var attributes = new Dictionary<string, object>(Attributes ?? NoAttributes, StringComparer.Ordinal)
        {
            ["id"] = Field.Id,
            ["class"] = css,
        };
        if (Field.DescribedBy is not null)
        {
            attributes["aria-describedby"] = Field.DescribedBy;
        }

        if (Field.Invalid)
        {
            attributes["aria-invalid"] = "true";
        }

        return attributes;
    }
}
