using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// What a traced server did, in order: which bytes were synced when it began to answer. Reads the lines of
/// <c>strace -f -yy -xx</c>: a call that took long stands there twice, at its begin and at its end.
/// </summary>
/// <param name="folder">Files in it may hold what is answered.</param>
/// <param name="port">The server's, on which answers leave.</param>
/// <param name="dropSyncs">True leaves every sync out: the check must then find each answer too early.</param>
sealed partial class SystemCallTrace(string folder, int port, bool dropSyncs = false)
{
    /// <summary>Of one file, since its last sync began; and the same for those that have not ended.</summary>
    readonly Dictionary<string, List<byte[]>> written = [];
    readonly Dictionary<string, (string Path, List<byte[]> Bytes)> syncing = [];

    /// <summary>Frames found whole in what was synced.</summary>
    readonly HashSet<string> durable = [];

    /// <summary>What the last syncs took, for a frame that lies across two pages.</summary>
    readonly Queue<List<byte[]>> recent = new();

    readonly Dictionary<int, int> answered = [];

    /// <summary>Groups kept for such a frame: an answer follows its own sync at once.</summary>
    const int RecentGroups = 64;

    /// <summary>Answers looked at.</summary>
    public int Answers { get; private set; }

    /// <summary>Answers that left before the bytes they answer were synced, and why each is thought so.</summary>
    public List<string> TooEarly { get; } = [];

    public int Syncs { get; private set; }

    /// <param name="lines">Of the trace.</param>
    /// <param name="sent">By the client's port: the frames it sent, in order; one answer each.</param>
    /// <param name="head">With what each frame begins.</param>
    /// <param name="answer">With what each answer begins.</param>
    public void Read(
        IEnumerable<string> lines, IReadOnlyDictionary<int, IReadOnlyList<byte[]>> sent, byte[] head, byte[] answer)
    {
        var length = sent.Values.SelectMany(f => f).Select(f => f.Length).Distinct().Single();
        foreach (var line in lines)
        {
            if (WriteLine().Match(line) is { Success: true } write) Written(write, answer, sent);
            else if (SyncLine().Match(line) is { Success: true } sync) SyncBegun(sync, head, length);
            else if (SyncEnd().Match(line) is { Success: true } end
                && syncing.Remove(end.Groups["pid"].Value, out var ended)
                && end.Groups["result"].Value == "0")
                Synced(ended.Bytes, head, length);
        }
    }

    void Written(Match write, byte[] answer, IReadOnlyDictionary<int, IReadOnlyList<byte[]>> sent)
    {
        var target = TextOf(write.Groups["target"].Value);
        var bytes = BytesOf(write.Groups["hex"].Value);
        if (target.StartsWith(folder, StringComparison.Ordinal))
        {
            if (!written.TryGetValue(target, out var list)) written[target] = list = [];
            list.Add(bytes);
        }
        else if (Connection().Match(target) is { Success: true } line
            && int.Parse(line.Groups["from"].Value, CultureInfo.InvariantCulture) == port
            && bytes.AsSpan().StartsWith(answer))
        {
            var to = int.Parse(line.Groups["to"].Value, CultureInfo.InvariantCulture);
            answered[to] = answered.GetValueOrDefault(to) + 1;
            Answers++;
            var frame = sent[to][answered[to] - 1];
            if (!durable.Contains(Convert.ToHexString(frame)) && !LiesAcross(frame))
                TooEarly.Add($"answer {answered[to]} to port {to}: {Convert.ToHexString(frame)}");
        }
    }

    void SyncBegun(Match sync, byte[] head, int length)
    {
        var path = TextOf(sync.Groups["path"].Value);
        if (dropSyncs || !written.Remove(path, out var bytes)) return;
        if (sync.Groups["rest"].Value.Contains("unfinished", StringComparison.Ordinal))
            syncing[sync.Groups["pid"].Value] = (path, bytes);
        else if (sync.Groups["rest"].Value.EndsWith("= 0", StringComparison.Ordinal)) Synced(bytes, head, length);
    }

    void Synced(List<byte[]> bytes, byte[] head, int length)
    {
        Syncs++;
        recent.Enqueue(bytes);
        if (recent.Count > RecentGroups) recent.Dequeue();
        foreach (var page in bytes)
            for (var at = 0; ; at++)
            {
                var next = page.AsSpan(at).IndexOf(head);
                if (next < 0 || (at += next) + length > page.Length) break;
                durable.Add(Convert.ToHexString(page.AsSpan(at, length)));
            }
    }

    static byte[] BytesOf(string hex) => Convert.FromHexString(hex.Replace("\\x", "", StringComparison.Ordinal));

    /// <summary>Paths are written in hex as all strings are, connections are not.</summary>
    static string TextOf(string target) =>
        target.StartsWith("\\x", StringComparison.Ordinal) ? Encoding.UTF8.GetString(BytesOf(target)) : target;

    /// <summary>A long row goes on in another page, after that page's link of 4 bytes.</summary>
    bool LiesAcross(byte[] frame) => recent.Any(group => Enumerable.Range(1, frame.Length - 1).Any(k =>
        group.Any(page => page.AsSpan().EndsWith(frame.AsSpan(0, k)))
        && group.Any(page => page.Length >= 4 && page.AsSpan(4).StartsWith(frame.AsSpan(k)))));

    [GeneratedRegex(
        @"^\d+ +(?:pwrite64|write|sendto|sendmsg)\(\d+<(?<target>.*?)>, [^""]*""(?<hex>(?:\\x[0-9a-f]{2})+)""")]
    private static partial Regex WriteLine();

    [GeneratedRegex("""^(?<pid>\d+) +(?:fsync|fdatasync)\(\d+<(?<path>.*?)>(?<rest>[) ].*)$""")]
    private static partial Regex SyncLine();

    [GeneratedRegex("""^(?<pid>\d+) +<\.\.\. (?:fsync|fdatasync) resumed>.*= (?<result>\S+)""")]
    private static partial Regex SyncEnd();

    [GeneratedRegex("""^TCP(?:v6)?:\[.*?:(?<from>\d+)->.*:(?<to>\d+)\]$""")]
    private static partial Regex Connection();
}
