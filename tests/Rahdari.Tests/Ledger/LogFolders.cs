using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>Puts a log that was made in memory on the disk.</summary>
static class LogFolders
{
    public static async Task WriteToAsync(this MemoryLogStore log, string folder)
    {
        var drafts = Directory.CreateTempSubdirectory("rahdari-drafts-").FullName;
        await new LogDirectory(folder, drafts).WriteAsync([.. log.Files.Select(f => new LogFile(f.Key, f.Value))],
            default);
        Directory.Delete(drafts, recursive: true);
    }
}
