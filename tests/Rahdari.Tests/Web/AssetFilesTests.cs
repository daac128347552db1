using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class AssetFilesTests
{
    [Theory]
    [InlineData("rahdari.css")]
    [InlineData(AssetFiles.MapLibrary)]
    [InlineData(AssetFiles.MapWorker)]
    public void No_map_is_offered_where_a_file_of_it_is_missing(string file) =>
        Assert.False(With([file], assets => assets.HasMap));

    [Fact]
    public void Both_files_make_a_map() =>
        Assert.True(With([AssetFiles.MapLibrary, AssetFiles.MapWorker], assets => assets.HasMap));

    [Fact]
    public void A_link_changes_with_the_file() => Assert.NotEqual(
        With(["map.js"], assets => assets["map.js"]), With(["map.js"], assets => assets["map.js"], "other"));

    static T With<T>(IEnumerable<string> files, Func<AssetFiles, T> ask, string text = "one")
    {
        var root = Directory.CreateTempSubdirectory("rahdari-assets-");
        try
        {
            foreach (var file in files)
            {
                var path = Path.Combine(root.FullName, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, text);
            }
            return ask(new AssetFiles(root.FullName));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
