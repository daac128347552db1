using System.Text.Json.Nodes;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class TilePathTests
{
    [VectorsFact]
    public void Published_paths_and_counts_come_out_as_published()
    {
        var rows = Vectors.Read("tile_paths.jsonl");
        Assert.Equal(9, rows.Count);
        foreach (var row in rows)
        {
            if (row["path"] is { } path) CheckPath((string)path!, row["want"]);
            else if (row["size"] is { } size) CheckTiles((long)size, row["want"]!.AsObject());
            else Assert.Equal((int)row["want"]!,
                TileId.Grown((long)row["old"]!, (long)row["new"]!, height: 10).Count());
        }
    }

    static void CheckPath(string path, JsonNode? want)
    {
        var tile = TilePath.Parse(path, TileScheme.GoSumDb);
        if (want is null)
        {
            Assert.Null(tile);
            return;
        }
        Assert.Equal(new TileId((int)want["L"]!, (long)want["N"]!, (int)want["W"]!, (int)want["H"]!), tile);
        Assert.Equal(path, TilePath.Format(tile!.Value, TileScheme.GoSumDb));
    }

    static void CheckTiles(long size, JsonObject want)
    {
        for (var level = 0; level < 3; level++)
        {
            var tiles = TileId.Grown(0, size).Where(t => t.Level == level).ToArray();
            Assert.Equal((int)want[$"level{level}"]!["full"]!, tiles.Count(t => t.IsFull));
            Assert.Equal((int)want[$"level{level}"]!["partialWidth"]!, tiles.Single(t => !t.IsFull).Width);
        }
        Assert.DoesNotContain(TileId.Grown(0, size), t => t.Level > 2);
    }

    [Theory]
    [InlineData("tile/0/000", 0, 0L, 256)]
    [InlineData("tile/0/000.p/1", 0, 0L, 1)]
    [InlineData("tile/1/x001/x234/067", 1, 1_234_067L, 256)]
    [InlineData("tile/entries/x001/000.p/255", -1, 1000L, 255)]
    [InlineData("tile/63/999", 63, 999L, 256)]
    public void A_path_names_one_tile_and_a_tile_has_one_path(string path, int level, long index, int width)
    {
        Assert.Equal(new TileId(level, index, width), TilePath.Parse(path));
        Assert.Equal(path, TilePath.Format(new(level, index, width)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/0")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/xx01/001")]
    [InlineData("tile/0/x001.p/x002/003")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/1/2")]
    [InlineData("tile/0/000.p/\u06f1")]
    [InlineData("tile/data/000")]
    [InlineData("tile/Entries/000")]
    [InlineData("tile/0/000/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/..")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    public void Another_spelling_names_no_tile(string path) => Assert.Null(TilePath.Parse(path));

    [Fact]
    public void Growing_in_steps_gives_every_full_tile_once()
    {
        const int Size = 70_000;
        var inSteps = new List<TileId>();
        for (var (size, step) = (0, 1); size < Size; step = step * 7 % 1009 + 1)
        {
            var next = Math.Min(Size, size + step);
            inSteps.AddRange(TileId.Grown(size, next).Where(t => t.IsFull));
            size = next;
        }
        Assert.Equal(
            TileId.Grown(0, Size).Where(t => t.IsFull).OrderBy(t => (t.Level, t.Index)),
            inSteps.OrderBy(t => (t.Level, t.Index)));
    }
}
