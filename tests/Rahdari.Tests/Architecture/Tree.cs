namespace Rahdari.Tests.Architecture;

/// <summary>The files of the checkout that people wrote.</summary>
static class Tree
{
    static readonly string[] NotOurs = ["artifacts", "node_modules", ".git", "vendor", "TestResults", "bin", "obj"];

    public static IEnumerable<string> Files(string pattern) => Files(new DirectoryInfo(Checkout.Root), pattern);

    static IEnumerable<string> Files(DirectoryInfo folder, string pattern) =>
        folder.EnumerateFiles(pattern).Select(f => f.FullName).Concat(
            folder.EnumerateDirectories().Where(d => !NotOurs.Contains(d.Name)).SelectMany(d => Files(d, pattern)));

    public static string Relative(string path) => Path.GetRelativePath(Checkout.Root, path);
}
