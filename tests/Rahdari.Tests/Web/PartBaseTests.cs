using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class PartBaseTests
{
    /// <summary>Whether the store answers at once or later is the store's affair.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_part_is_drawn_once_with_all_that_it_reads(bool firstIsLate, bool secondIsLate)
    {
        var (part, drawing) = await DrawAsync(firstIsLate, secondIsLate);

        Assert.Equal(["first second"], part.Drawn);
        Assert.Equal("first second", drawing);
    }

    [Fact]
    public async Task A_part_whose_reading_fails_is_not_drawn()
    {
        var part = new Readings(false, true) { Failure = new InvalidOperationException("the test's store") };

        await Assert.ThrowsAsync<InvalidOperationException>(() => DrawAsync(part));

        Assert.Empty(part.Drawn);
    }

    static async Task<(Readings Part, string Drawing)> DrawAsync(bool firstIsLate, bool secondIsLate)
    {
        var part = new Readings(firstIsLate, secondIsLate);
        return (part, await DrawAsync(part));
    }

    static async Task<string> DrawAsync(Readings part)
    {
        await using var services = new ServiceCollection()
            .AddSingleton(Catalogues.Load())
            .AddSingleton<IComponentActivator>(new Handing(part))
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<Readings>()).ToHtmlString());
    }

    sealed class Handing(IComponent part) : IComponentActivator
    {
        public IComponent CreateInstance(Type componentType) => part;
    }

    /// <summary>Reads twice, and notes what was there each time it was drawn.</summary>
    sealed class Readings(bool firstIsLate, bool secondIsLate) : PartBase
    {
        string? first, second;

        public List<string> Drawn { get; } = [];

        public Exception? Failure { get; init; }

        protected override async Task OnInitializedAsync()
        {
            if (firstIsLate) await Task.Yield();
            first = "first";
            if (secondIsLate) await Task.Yield();
            if (Failure is { } failure) throw failure;
            second = "second";
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            Drawn.Add($"{first} {second}");
            builder.AddContent(0, Drawn[^1]);
        }
    }
}
