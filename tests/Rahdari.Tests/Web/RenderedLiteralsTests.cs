using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Rahdari.Tests.Web;

public sealed class RenderedLiteralsTests
{
    [Fact]
    public void Content_markup_and_spoken_attributes_are_found_and_nothing_else() => Assert.Equal(
        [new("text", "spoken"), new("text", "bold"), new("title", "seen"), new("aria-label", "heard")],
        RenderedLiterals.Of(typeof(Sample)).Where(l => l.Text.Length > 0));

    sealed class Sample : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddAttribute(1, "class", "quiet");
            builder.AddContent(2, "spoken");
            builder.AddMarkupContent(3, "<b title=\"seen\" id=\"x\">bold</b>");
            builder.AddAttribute(4, "ChildContent", (RenderFragment)(inner =>
                inner.AddAttribute(5, "aria-label", "heard")));
            builder.AddContent(6, GetType().Name);
            builder.CloseElement();
        }
    }
}
