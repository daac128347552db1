namespace Rahdari.Ledger;

/// <summary>
/// A log's files by their relative path (<c>checkpoint</c>, <c>tile/0/000.p/5</c>): a folder, an address, or memory.
/// May be called from several threads.
/// </summary>
public interface ILogSource
{
    /// <summary>A file's bytes; null where there is none.</summary>
    ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel);
}
