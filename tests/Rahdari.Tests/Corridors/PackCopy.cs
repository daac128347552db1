using Rahdari.Corridors;

namespace Rahdari.Tests.Corridors;

/// <summary>A copy of the shipped pack in a temporary folder, to be damaged.</summary>
sealed class PackCopy : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-pack-");

    public PackCopy(string name = "pk-af")
    {
        var source = Path.Combine(Checkout.Root, "corridors", name);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = PathOf(Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Replaces the text's first place.</summary>
    public void Replace(string name, string old, string by)
    {
        var text = File.ReadAllText(PathOf(name));
        var place = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(place >= 0, $"{name} does not hold '{old}'");
        File.WriteAllText(PathOf(name), text[..place] + by + text[(place + old.Length)..]);
    }

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public void Delete(string name) => File.Delete(PathOf(name));

    public PackLoad Load(params IReadOnlyList<string> overlays) => CorridorPackLoader.Load(folder.FullName, overlays);

    public void Dispose() => folder.Delete(recursive: true);
}
