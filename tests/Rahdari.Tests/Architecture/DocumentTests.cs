using System.Text.RegularExpressions;

namespace Rahdari.Tests.Architecture;

/// <summary>What documents say about the tree is true.</summary>
public sealed partial class DocumentTests
{
    static readonly string[] Tops = ["src/", "tests/", "docs/", "corridors/", "bench/", ".ci/"];

    [Fact]
    public void Every_path_named_in_a_document_exists()
    {
        var missing = new List<string>();
        foreach (var document in Documents())
            foreach (Match match in Code().Matches(File.ReadAllText(document)))
            {
                var path = match.Groups[1].Value;
                if (Tops.Any(t =>
                    path.StartsWith(t, StringComparison.Ordinal)) && !path.Contains('<', StringComparison.Ordinal)
                    && !path.Contains('*', StringComparison.Ordinal) && !Exists(path))
                    missing.Add($"{Path.GetRelativePath(Checkout.Root, document)}: {path}");
            }
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_link_to_a_file_leads_somewhere()
    {
        var missing = new List<string>();
        foreach (var document in Documents())
            foreach (Match match in Link().Matches(File.ReadAllText(document)))
            {
                var target = match.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                if (!Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target)))
                    missing.Add($"{Path.GetRelativePath(Checkout.Root, document)}: {target}");
            }
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_row_of_the_scope_names_something_that_exists_or_says_not_built_yet()
    {
        var rows = File.ReadAllLines(Path.Combine(Checkout.Root, "docs", "scope.md"))
            .Where(l => Row().IsMatch(l)).Select(l => l.Split('|')[3]).ToList();
        Assert.Equal(14, rows.Count);
        Assert.All(rows, cell => Assert.True(
            cell.Contains("*not built yet*", StringComparison.Ordinal)
            || (Code().Count(cell) > 0 && Code().Matches(cell).All(m => Exists(m.Groups[1].Value))), cell));
    }

    [Fact]
    public void Every_decision_record_has_its_three_parts()
    {
        var records = Directory.GetFiles(Path.Combine(Checkout.Root, "docs", "decisions"), "*.md");
        Assert.NotEmpty(records);
        foreach (var record in records)
        {
            Assert.Matches("^[0-9]{4}-[a-z0-9-]+\\.md$", Path.GetFileName(record));
            var text = File.ReadAllText(record);
            foreach (var part in new[] { "**Context.**", "**Decision.**", "**Consequences.**" })
                Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    static bool Exists(string path) => Path.Exists(Path.Combine(Checkout.Root, path.TrimEnd('/')));

    static IEnumerable<string> Documents() => Tree.Files("*.md");

    [GeneratedRegex("`([^`\\s]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("\\]\\(([^)\\s]+)\\)")]
    private static partial Regex Link();

    [GeneratedRegex("^\\| [0-9]+ \\|")]
    private static partial Regex Row();
}
