namespace Rahdari.Ledger;

/// <summary>One file of a log: its relative path with forward slashes, and its bytes.</summary>
public sealed record LogFile(string Path, byte[] Bytes);

/// <summary>
/// Where a log's files are kept. One writer at a time; readers may come at any time and see each file as it was before
/// or after a write, never between.
/// </summary>
public interface ILogStore : ILogSource
{
    /// <summary>Writes or replaces files in their order; all have reached the disk when this returns.</summary>
    /// <exception cref="IOException">The disk failed; which files were written is not known. The process stops.
    /// </exception>
    ValueTask WriteAsync(IReadOnlyList<LogFile> files, CancellationToken cancel);

    /// <summary>Deletes files if they are there. That a deletion reaches the disk is not waited for.</summary>
    ValueTask DeleteAsync(IReadOnlyList<string> paths, CancellationToken cancel);

    /// <summary>The paths of all files below a folder (<c>""</c> for all), in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancel);
}
