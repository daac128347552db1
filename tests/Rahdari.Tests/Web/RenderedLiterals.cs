using System.Reflection;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components.Rendering;

namespace Rahdari.Tests.Web;

/// <summary>Text that stands in a component itself instead of in a catalogue.</summary>
/// <param name="Where"><c>text</c>, or the name of an attribute that is read out.</param>
sealed record RenderedLiteral(string Where, string Text);

/// <summary>
/// Finds literal text in compiled components: a string constant handed straight to the render tree, as content, as
/// markup or as an attribute that people read or hear.
/// </summary>
static class RenderedLiterals
{
    static readonly HashSet<string> Spoken = new(StringComparer.OrdinalIgnoreCase)
    {
        "alt", "title", "placeholder", "aria-label", "aria-description", "label", "Label", "Hint", "Submit", "Caption",
    };

    public static IReadOnlyList<RenderedLiteral> Of(Type component) =>
        [.. MethodsOf(component).SelectMany(OfMethod)];

    /// <summary>The component's own methods and those of the closures the compiler made of its fragments.</summary>
    static IEnumerable<MethodInfo> MethodsOf(Type type) => type.GetMethods(CompiledBody.Own)
        .Concat(type.GetNestedTypes(BindingFlags.NonPublic).SelectMany(MethodsOf));

    static IEnumerable<RenderedLiteral> OfMethod(MethodInfo method)
    {
        var strings = new List<string>();
        foreach (var found in CompiledBody.Of(method) ?? [])
        {
            if (found is string said)
            {
                strings.Add(said);
                continue;
            }
            if (found is MethodBase called && called.DeclaringType == typeof(RenderTreeBuilder))
                foreach (var literal in Literals(called, strings)) yield return literal;
            strings.Clear();
        }
    }

    static IEnumerable<RenderedLiteral> Literals(MethodBase called, List<string> strings)
    {
        switch (called.Name)
        {
            case nameof(RenderTreeBuilder.AddContent) when strings.Count > 0:
                yield return new("text", strings[^1]);
                break;
            case nameof(RenderTreeBuilder.AddAttribute) when strings.Count > 1 && Spoken.Contains(strings[^2]):
                yield return new(strings[^2], strings[^1]);
                break;
            case nameof(RenderTreeBuilder.AddMarkupContent) when strings.Count > 0:
                foreach (var literal in OfMarkup(strings[^1])) yield return literal;
                break;
        }
    }

    static IEnumerable<RenderedLiteral> OfMarkup(string markup)
    {
        if (markup.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase)) yield break;
        var fragment = new HtmlParser().ParseDocument($"<body>{markup}</body>");
        yield return new("text", fragment.DocumentElement.TextContent);
        foreach (var attribute in fragment.All.SelectMany(e => e.Attributes).Where(a => Spoken.Contains(a.Name)))
            yield return new(attribute.Name, attribute.Value);
    }
}
