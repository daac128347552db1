namespace Rahdari.Tests.Architecture;

/// <summary>The measurable part of STYLE.md.</summary>
public sealed class StyleTests
{
    const int MaxLines = 500, MaxColumns = 120;

    static readonly string[] Poor = ["Utils", "Helpers", "Common", "Manager", "Misc", "Shared", "Core"];

    [Fact]
    public void No_source_file_is_longer_than_500_lines()
    {
        var longer = Sources().Where(f => File.ReadLines(f).Count() > MaxLines).Select(Tree.Relative);
        Assert.Empty(longer);
    }

    [Fact]
    public void No_line_of_code_is_wider_than_120_columns()
    {
        var wider = Tree.Files("*.cs").SelectMany(f => File.ReadLines(f).Select((line, i) => (f, line, i))
            .Where(l => l.line.Length > MaxColumns).Select(l => $"{Tree.Relative(l.f)}:{l.i + 1}"));
        Assert.Empty(wider);
    }

    [Fact]
    public void No_room_is_without_a_name_of_its_own()
    {
        var poor = Tree.Files("*.cs").Select(Tree.Relative)
            .Where(f => f.Split('/').Any(part => Poor.Contains(Path.GetFileNameWithoutExtension(part))));
        Assert.Empty(poor);
    }

    [Fact]
    public void No_source_hides_unfinished_work_or_a_region()
    {
        var marks = new[] { "TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception", "#" + "region" };
        var found = Sources().Where(f => marks.Any(File.ReadAllText(f).Contains)).Select(Tree.Relative);
        Assert.Empty(found);
    }

    static IEnumerable<string> Sources() => new[] { "*.cs", "*.razor", "*.css", "*.js" }.SelectMany(Tree.Files);
}
