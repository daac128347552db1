using Rahdari.Storage;

namespace Rahdari.Hosting;

/// <summary>Where a node says what an operator must read. Several threads may speak.</summary>
public sealed class NodeOutput(TextWriter writer)
{
    readonly TextWriter writer = TextWriter.Synchronized(writer);

    /// <summary>A disk failed: the node stops itself and its process must end with an error.</summary>
    public bool HasFailed { get; private set; }

    public void Say(string line) => writer.WriteLine(line);

    public void Fatal(StorageFatalException e)
    {
        HasFailed = true;
        Say($"fatal: {e.Message}; the process stops");
    }
}
