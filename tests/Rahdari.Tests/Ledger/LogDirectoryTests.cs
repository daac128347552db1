using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class LogDirectoryTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-log-");
    readonly LogDirectory log;

    public LogDirectoryTests() =>
        log = new(Path.Combine(folder.FullName, "log"), Path.Combine(folder.FullName, "drafts"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Files_are_read_back_listed_replaced_and_deleted()
    {
        Assert.Null(await log.ReadAsync("checkpoint", default));
        Assert.Empty(await log.ListAsync("", default));
        await log.WriteAsync([new("tile/0/x001/000.p/5", [1, 2]), new("checkpoint", [3])], default);
        await log.WriteAsync([new("checkpoint", [4])], default);
        Assert.Equal([4], await log.ReadAsync("checkpoint", default));
        Assert.Equal([1, 2], await log.ReadAsync("tile/0/x001/000.p/5", default));
        Assert.Equal(["checkpoint", "tile/0/x001/000.p/5"], await log.ListAsync("", default));
        Assert.Equal(["tile/0/x001/000.p/5"], await log.ListAsync("tile/0", default));
        await log.DeleteAsync(["tile/0/x001/000.p/5", "tile/0/none"], default);
        Assert.Equal(["checkpoint"], await log.ListAsync("", default));
        Assert.False(Directory.Exists(Path.Combine(log.Root, "tile/0/x001/000.p")));
    }

    [Fact]
    public async Task Nothing_but_the_logs_own_files_ever_lies_in_its_folder()
    {
        await log.WriteAsync([new("checkpoint", [1])], default);
        File.WriteAllBytes(Path.Combine(folder.FullName, "drafts", "draft"), [9, 9]);
        await log.WriteAsync([new("tile/0/000.p/1", [2])], default);
        Assert.Equal(["checkpoint", "tile/0/000.p/1"], await log.ListAsync("", default));
        File.WriteAllBytes(Path.Combine(log.Root, ".hidden"), []);
        Assert.Contains(".hidden", await log.ListAsync("", default));
    }

    [Theory]
    [InlineData("../checkpoint")]
    [InlineData("tile/../../checkpoint")]
    [InlineData("/etc/hostname")]
    [InlineData("")]
    public async Task A_path_that_leaves_the_folder_is_refused(string path) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.ReadAsync(path, default));

    [Fact]
    public async Task A_log_opened_for_reading_is_not_written() =>
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await new LogDirectory(log.Root).WriteAsync([new("checkpoint", [1])], default));

    [Fact]
    public async Task A_folder_that_cannot_be_made_fails_loudly()
    {
        File.WriteAllBytes(Path.Combine(folder.FullName, "log"), []);
        await Assert.ThrowsAnyAsync<IOException>(async () => await log.WriteAsync([new("tile/0/000", [1])], default));
    }
}
