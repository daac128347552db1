using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>
/// A log's files in memory that fail on demand at one file operation: before it happened, or after it happened and
/// nobody was told. Every checkpoint that was ever visible is remembered.
/// </summary>
sealed class MemoryLogStore : ILogStore
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public List<byte[]> Published { get; } = [];

    public int Operations { get; private set; }

    /// <summary>The operation that fails, counted from 0; null lets all succeed.</summary>
    public int? FailAt { get; set; }

    /// <summary>The failing operation happens all the same.</summary>
    public bool FailAfter { get; set; }

    public ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel) =>
        ValueTask.FromResult(Files.GetValueOrDefault(path));

    public ValueTask WriteAsync(IReadOnlyList<LogFile> files, CancellationToken cancel)
    {
        foreach (var file in files)
            Do(() =>
            {
                Files[file.Path] = file.Bytes;
                if (file.Path == "checkpoint") Published.Add(file.Bytes);
            });
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        foreach (var path in paths) Do(() => Files.Remove(path));
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<string>>(
            [.. Files.Keys.Where(k => folder.Length == 0 || k.StartsWith(folder + "/", StringComparison.Ordinal))]);

    void Do(Action operation)
    {
        var fails = Operations++ == FailAt;
        if (!fails || FailAfter) operation();
        if (fails) throw new IOException("the disk failed, as the test asked");
    }
}
