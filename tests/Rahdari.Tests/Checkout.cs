namespace Rahdari.Tests;

/// <summary>Where things lie: the checkout this test run was built from, and the public test vectors beside
/// it.</summary>
static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>The vectors' folder, or null where this machine has none. <c>RAHDARI_VECTORS</c> overrides.</summary>
    public static string? Vectors { get; } = FindVectors();

    public static string VectorFile(string relative) =>
        Path.Combine(Vectors ?? throw new InvalidOperationException("no vectors"), relative);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Rahdari.slnx"))) return folder.FullName;
        throw new InvalidOperationException("the tests run outside a checkout");
    }

    static string? FindVectors()
    {
        var named = Environment.GetEnvironmentVariable("RAHDARI_VECTORS");
        var folder = string.IsNullOrEmpty(named) ? Path.Combine(Root, "..", "shared", "vectors") : named;
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }
}
