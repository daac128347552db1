using System.Diagnostics;
using System.Globalization;
using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>
/// A real process that writes and says what was acknowledged, killed without warning, again and again on the same
/// database. Killing keeps the kernel's cache: this shows order and recovery, not power loss. Runs on every engine.
/// </summary>
public abstract class KillTests : StoreTests
{
    static readonly bool Extended = Environment.GetEnvironmentVariable("RAHDARI_LONG") == "1";
    static readonly int Rounds = Extended ? 30 : 3;
    static readonly int AcksPerRound = Extended ? 2000 : 100;

    private protected KillTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_there_twice()
    {
        var journaled = new Dictionary<string, long>();
        var recorded = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await Store.DisposeAsync();
            await WriteAndKillAsync(round, journaled, recorded);
            // A standby takes over as always: the dead holder's lease expires.
            await ReopenAsync(Engine.Settings with { Time = TimeProvider.System });
            await CheckAsync(journaled, recorded);
        }
    }

    async Task WriteAndKillAsync(int round, Dictionary<string, long> journaled, HashSet<string> recorded)
    {
        var host = Environment.ProcessPath is { } path && path.EndsWith("dotnet", StringComparison.Ordinal)
            ? path : "dotnet";
        using var child = Process.Start(new ProcessStartInfo(host,
            [
                "exec", typeof(KillTests).Assembly.Location, ChildWriter.Command,
                round.ToString(CultureInfo.InvariantCulture), .. Engine.ChildArguments,
            ]) { RedirectStandardOutput = true })!;
        // The kill comes after so many acknowledgements of both kinds, wherever the child is then.
        var enough = (Journaled: journaled.Count + AcksPerRound, Recorded: recorded.Count + (AcksPerRound / 4));
        while (journaled.Count < enough.Journaled || recorded.Count < enough.Recorded)
        {
            var line = await child.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Remember(line ?? throw new InvalidOperationException("the child ended by itself"), journaled, recorded);
        }
        child.Kill();
        // What it said before it died counts; a line cut short was never said.
        var rest = await child.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        foreach (var line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Remember(line, journaled, recorded);
        await child.WaitForExitAsync().WaitAsync(Patience);
    }

    static void Remember(string line, Dictionary<string, long> journaled, HashSet<string> recorded)
    {
        if (line.Split(' ') is ["journal", var text, var number])
            journaled[text] = long.Parse(number, CultureInfo.InvariantCulture);
        else if (line.Split(' ') is ["record", var id]) recorded.Add(id);
        else throw new InvalidOperationException($"the child said {line}");
    }

    async Task CheckAsync(Dictionary<string, long> journaled, HashSet<string> recorded)
    {
        var rows = await Journal.ReadAsync(ChildWriter.Stream, 0, int.MaxValue, None);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(n => (long)n), rows.Select(r => r.Number));
        Assert.Equal(rows.Count, rows.Select(r => Convert.ToHexString(r.Entry.Digest)).Distinct().Count());
        var numbers = rows.ToDictionary(r => System.Text.Encoding.UTF8.GetString(r.Entry.Raw), r => r.Number);
        foreach (var (text, number) in journaled) Assert.Equal(number, numbers[text]);

        var events = await StreamAsync(ChildWriter.Stream);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Version));
        Assert.Subset(events.Select(e => e.EventId).ToHashSet(), recorded);
        // Each event came with its leaf, or neither came.
        Assert.Equal(events.Select(e => e.EventId),
            (await ReadAsync(r => r.PendingLeavesAsync(100_000, None))).Select(l => l.EventId));
    }
}
