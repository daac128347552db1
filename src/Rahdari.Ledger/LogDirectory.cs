namespace Rahdari.Ledger;

/// <summary>
/// A log as a folder. A file is written beside the folder, synchronised, renamed into place, and the folder it lies in
/// synchronised: after a crash it is there whole or not at all, and nothing else is in the folder.
/// </summary>
public sealed class LogDirectory : ILogStore
{
    readonly string root;
    readonly string? drafts;

    /// <param name="root">The folder with <c>checkpoint</c> and <c>tile</c>; need not exist.</param>
    /// <param name="drafts">Where files are written first: on the same file system, outside <paramref name="root"/>, of
    /// no other use. Null for a log that is only read.</param>
    public LogDirectory(string root, string? drafts = null)
    {
        this.root = Path.GetFullPath(root);
        this.drafts = drafts is null ? null : Path.GetFullPath(drafts);
    }

    public string Root => root;

    public async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(Locate(path), cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public ValueTask WriteAsync(IReadOnlyList<LogFile> files, CancellationToken cancel)
    {
        if (drafts is null) throw new InvalidOperationException("this log is only read");
        Directory.CreateDirectory(drafts);
        // Children before parents: a folder is synchronised after the folders made in it.
        var changed = new SortedSet<string>(Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            var target = Locate(file.Path);
            MakeFolder(Path.GetDirectoryName(target)!, changed);
            var draft = Path.Combine(drafts, "draft");
            WriteThrough(draft, file.Bytes);
            File.Move(draft, target, overwrite: true);
        }
        foreach (var folder in changed) DiskFolder.Flush(folder);
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        foreach (var target in paths.Select(Locate))
        {
            var folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder)) continue;
            File.Delete(target);
            if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancel)
    {
        var start = folder.Length == 0 ? root : Locate(folder);
        IReadOnlyList<string> paths = Directory.Exists(start)
            ? [.. Directory.EnumerateFiles(start, "*", AllFiles)
                .Select(f => Path.GetRelativePath(root, f).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal)]
            : [];
        return ValueTask.FromResult(paths);
    }

    /// <summary>Hidden files too, and no link is followed into another folder.</summary>
    static readonly EnumerationOptions AllFiles = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    void MakeFolder(string folder, SortedSet<string> changed)
    {
        changed.Add(folder);
        if (Directory.Exists(folder)) return;
        // The new folder's name is in its parent, which must reach the disk as well.
        MakeFolder(Path.GetDirectoryName(folder)!, changed);
        Directory.CreateDirectory(folder);
    }

    static void WriteThrough(string path, byte[] bytes)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
        });
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    string Locate(string path)
    {
        var located = Path.GetFullPath(Path.Combine(root, path));
        if (!located.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ArgumentException($"'{path}' leaves the log's folder", nameof(path));
        return located;
    }
}
