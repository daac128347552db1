using System.Text;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class LogCheckTests
{
    static readonly LogCheckOptions Options = new();

    [Fact]
    public async Task A_log_as_written_is_consistent()
    {
        foreach (var size in new[] { 0, 1, 2, 255, 256, 257, SampleLog.Size })
        {
            var report = await CheckAsync(await SampleLog.WriteAsync(size));
            Assert.Empty(report.Findings);
            Assert.Equal(size, report.Head!.Size);
            Assert.Equal(["af-witness.example.org"], report.Cosigners);
            Assert.Null(report.TrustMet);
        }
    }

    [Fact]
    public async Task The_sample_has_every_kind_of_file()
    {
        var log = await SampleLog.WriteAsync();
        Assert.Equal(
            ["checkpoint", "keys", "tile/0/000", "tile/0/001.p/29", "tile/0/001.p/44", "tile/1/000.p/1",
                "tile/entries/000",
                "tile/entries/001.p/29", "tile/entries/001.p/44"], log.Files.Keys);
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_found_and_its_file_is_named()
    {
        var log = await SampleLog.WriteAsync();
        foreach (var (path, bytes) in log.Files.ToArray())
        {
            // Small files at every byte; large ones at every length field, then at every thirteenth byte.
            for (var at = 0; at < bytes.Length; at++)
            {
                if (bytes.Length > 600 && at % 13 != 0 && at is not (0 or 1 or 2) && at != bytes.Length - 1) continue;
                byte[] changed = [.. bytes];
                changed[at] ^= (byte)(1 << (at % 8));
                log.Files[path] = changed;
                var report = await CheckAsync(log);
                Assert.True(report.Findings.Any(f => f.File == path), $"{path} byte {at}: {Describe(report)}");
            }
            log.Files[path] = bytes;
        }
    }

    [Fact]
    public async Task A_changed_entry_or_tile_is_named_alone()
    {
        foreach (var path in new[] { "tile/entries/000", "tile/0/000", "tile/0/001.p/44", "tile/0/001.p/29",
            "tile/1/000.p/1" })
        {
            var log = await SampleLog.WriteAsync();
            log.Files[path][40 % log.Files[path].Length] ^= 1;
            var finding = Assert.Single((await CheckAsync(log)).Findings);
            Assert.Equal(path, finding.File);
            Assert.Equal(path.StartsWith("tile/entries", StringComparison.Ordinal) ? "entries-differ"
                : "tile-differs", finding.Code);
        }
    }

    [Fact]
    public async Task A_cut_or_grown_file_is_found_at_any_length()
    {
        var log = await SampleLog.WriteAsync();
        foreach (var (path, bytes) in log.Files.ToArray())
        {
            for (var length = 0; length < bytes.Length; length += bytes.Length > 600 ? 97 : 1)
                await CheckFoundAsync(bytes[..length]);
            foreach (var more in new byte[][] { [0], [0, 0], (byte[])[.. "\n"u8], [.. "\r\n"u8], bytes[..1] })
                await CheckFoundAsync([.. bytes, .. more]);
            await CheckFoundAsync([0xEF, 0xBB, 0xBF, .. bytes]);
            log.Files[path] = bytes;

            async Task CheckFoundAsync(byte[] changed)
            {
                log.Files[path] = changed;
                var report = await CheckAsync(log);
                Assert.True(report.Findings.Any(f => f.File == path),
                    $"{path} with {changed.Length} bytes: {Describe(report)}");
            }
        }
    }

    [Fact]
    public async Task A_removed_file_that_is_needed_is_named()
    {
        var log = await SampleLog.WriteAsync();
        foreach (var (path, bytes) in log.Files.ToArray().Where(f =>
            !f.Key.EndsWith(".p/29", StringComparison.Ordinal)))
        {
            log.Files.Remove(path);
            var report = await CheckAsync(log);
            Assert.Contains(report.Findings, f => f.Code == "file-missing" && f.File == path);
            log.Files[path] = bytes;
        }
        // What an earlier size left may go.
        log.Files.Remove("tile/0/001.p/29");
        Assert.Empty((await CheckAsync(log)).Findings);
    }

    [Theory]
    [InlineData("extra.txt")]
    [InlineData(".hidden")]
    [InlineData("checkpoint.1")]
    [InlineData("tile/0/002")]
    [InlineData("tile/0/001")]
    [InlineData("tile/0/000.p/300")]
    [InlineData("tile/0/0")]
    [InlineData("tile/2/000.p/1")]
    [InlineData("tile/1/001")]
    [InlineData("tile/entries/002")]
    [InlineData("tile/entries/x000/000")]
    [InlineData("tile/data/000")]
    [InlineData("Keys")]
    public async Task An_added_file_is_named(string path)
    {
        var log = await SampleLog.WriteAsync();
        foreach (var bytes in new[] { [], log.Files["tile/0/000"], log.Files["checkpoint"] })
        {
            log.Files[path] = bytes;
            Assert.Contains((await CheckAsync(log)).Findings, f => f.File == path);
        }
    }

    [Fact]
    public async Task Every_other_spelling_of_checkpoint_and_keys_is_found()
    {
        var log = await SampleLog.WriteAsync();
        foreach (var path in new[] { "checkpoint", "keys" })
        {
            var whole = log.Files[path];
            var text = Encoding.UTF8.GetString(whole);
            var lines = text.Split('\n')[..^1];
            string[] others =
            [
                text.Replace("\n", "\r\n", StringComparison.Ordinal), text.TrimEnd('\n'), text + "\n", "\n" + text,
                    text + text,
                text.Replace(" ", "  ", StringComparison.Ordinal) + " ",
                    text.Replace("300", "0300", StringComparison.Ordinal) + "x\n",
                text + lines[^1] + "\n", text + "# comment\n", text.ToUpperInvariant(),
                    text.Replace("=\n", "\n", StringComparison.Ordinal) + "\n",
                string.Join('\n', lines.Reverse()) + "\n", string.Join('\n', lines[..^1]) + "\n",
            ];
            foreach (var other in others)
            {
                log.Files[path] = Encoding.UTF8.GetBytes(other);
                Assert.True((await CheckAsync(log)).Findings.Count > 0, $"{path}:\n{other}");
            }
            log.Files[path] = whole;
        }
    }

    [Fact]
    public async Task Loose_bits_in_base64_and_a_further_line_are_found_although_the_bytes_they_stand_for_are_signed()
    {
        var log = await SampleLog.WriteAsync();
        var text = Encoding.UTF8.GetString(log.Files["checkpoint"]);
        var root = text.Split('\n')[2];
        log.Files["checkpoint"] = Encoding.UTF8.GetBytes(text.Replace(root, Loosened(root), StringComparison.Ordinal));
        Assert.Contains((await CheckAsync(log)).Findings, f =>
            f is { File: "checkpoint", Code: "checkpoint-malformed" });
        var signed = new Checkpoint(SampleLog.Origin, 300, Hash.EmptyTree, "extension\n").ToString();
        log.Files["checkpoint"] = new SignedNote(
            signed, [await SampleLog.Log.SignAsync(signed, default),
                await SampleLog.Witness.CosignAsync(signed, DateTimeOffset.UnixEpoch, default)])
            .ToBytes();
        Assert.Contains((await CheckAsync(log)).Findings, f => f is { File: "checkpoint", Code: "unknown-line" });
    }

    [Fact]
    public async Task A_rewritten_log_signed_with_its_own_key_still_fails_where_the_files_disagree()
    {
        var log = await SampleLog.WriteAsync();
        var (forged, _) = LogTail.Empty.Append(SampleLog.Entries[5..305]);
        await SampleLog.SignAsync(log, forged, cosigned: true);
        var report = await CheckAsync(log);
        Assert.Contains(report.Findings, f => f is { Code: "root-differs", File: "checkpoint" });
    }

    [Fact]
    public async Task A_key_nobody_signed_with_and_a_line_nobody_knows_are_found()
    {
        var log = await SampleLog.WriteAsync(cosigned: false);
        var keys = log.Files["keys"];
        log.Files["keys"] = [.. keys, .. Encoding.UTF8.GetBytes($"{SampleLog.Witness.Key}\n")];
        Assert.Equal(
            [("key-unused", "keys"), ("line-missing", "checkpoint")],
            (await CheckAsync(log)).Findings.Select(f => (f.Code, f.File)));
        log = await SampleLog.WriteAsync();
        log.Files["keys"] = keys;
        Assert.Equal(
            [("signature-unknown", "checkpoint"), ("key-missing", "keys")],
            (await CheckAsync(log)).Findings.Select(f => (f.Code, f.File)));
        // A policy that names the witness makes its line known.
        var policy = TrustPolicy.Parse(Encoding.UTF8.GetBytes(
            $"log {SampleLog.Log.Key}\nwitness af {SampleLog.Witness.Key}\nquorum af\n"));
        Assert.True((await LogCheck.FolderAsync(log, new(policy), Options, default)).IsGood);
    }

    [Fact]
    public async Task Who_vouches_is_named_and_a_policy_that_is_not_met_is_told()
    {
        var log = await SampleLog.WriteAsync();
        Assert.True((await LogCheck.FolderAsync(log, new(null, SampleLog.Log.Key), Options, default)).TrustMet);
        var stranger = new NoteSigner(SampleLog.Origin, NoteAlgorithm.Ed25519, new SeedSigner(SampleLog.Seed(9)));
        var report = await LogCheck.FolderAsync(log, new(null, stranger.Key), Options, default);
        Assert.True(report is { IsConsistent: true, TrustMet: false, IsGood: false, VouchedBy: [] });
        foreach (var (text, met) in new[]
        {
            ($"log {SampleLog.Log.Key}\nquorum none\n", true),
            ($"log {SampleLog.Log.Key}\nwitness af {SampleLog.Witness.Key}\nquorum af\n", true),
            ($"log {stranger.Key}\nquorum none\n", false),
            ($"witness af {SampleLog.Witness.Key}\nquorum af\n", false),
            ($"log {SampleLog.Log.Key}\nwitness x {Cosigner(9)}\nwitness af {SampleLog.Witness.Key}\n"
                + "group g all x af\nquorum g\n", false),
        })
        {
            report = await LogCheck.FolderAsync(log, new(TrustPolicy.Parse(Encoding.UTF8.GetBytes(text))), Options,
                default);
            Assert.Equal(met, report.TrustMet);
            Assert.Equal(met, report.IsGood);
        }
    }

    [Fact]
    public async Task What_was_written_but_not_signed_is_found_unless_allowed()
    {
        var log = await SampleLog.WriteAsync();
        var tail = await LogTail.ReadAsync(log, SampleLog.Size, default);
        var (_, more) = tail.Append(SampleLog.Entries[SampleLog.Size..]);
        await log.WriteAsync(more, default);
        var strict = await CheckAsync(log);
        Assert.All(strict.Findings, f => Assert.Equal("ahead-of-checkpoint", f.Code));
        Assert.Equal(["tile/0/001.p/49", "tile/entries/001.p/49"], strict.Findings.Select(f => f.File).Order());
        var lenient = await LogCheck.FolderAsync(log, new(), new() { AllowAhead = true }, default);
        Assert.True(lenient.IsGood);
        Assert.Equal(5, lenient.Ahead);
        log.Files["tile/0/001.p/49"][^1] ^= 1;
        lenient = await LogCheck.FolderAsync(log, new(), new() { AllowAhead = true }, default);
        Assert.Equal(("tile-differs", "tile/0/001.p/49"), Only(lenient));
    }

    [Fact]
    public async Task The_form_of_entries_is_asked_for_by_origin()
    {
        var log = await SampleLog.WriteAsync();
        var options = new LogCheckOptions { EntryFault = (origin, e) =>
            origin == SampleLog.Origin && e[1] < 16 ? "low" : null };
        var report = await LogCheck.FolderAsync(log, new(), options, default);
        Assert.All(report.Findings, f => Assert.Equal("entry-form", f.Code));
        Assert.Contains(report.Findings, f => f.File == "tile/entries/000");
        Assert.True((await LogCheck.FolderAsync(log, new(),
            new() { EntryFault = (_, e) => e.Length == 33 ? null : "x" }, default)).IsGood);
    }

    [Fact]
    public async Task At_an_address_unknown_lines_are_ignored_and_everything_else_is_checked()
    {
        var log = await SampleLog.WriteAsync();
        log.Files.Remove("keys");
        log.Files["extra"] = [];
        log.Files.Remove("tile/0/001.p/29");
        var report = await LogCheck.AddressAsync(log, new(), Options, default);
        Assert.True(report is { IsGood: true, TrustMet: null });
        Assert.True((await LogCheck.AddressAsync(log, new(null, SampleLog.Log.Key), Options, default)).TrustMet);
        foreach (var path in new[] { "tile/0/000", "tile/entries/001.p/44", "tile/1/000.p/1" })
        {
            var bytes = log.Files[path];
            log.Files[path] = [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
            Assert.Contains((await LogCheck.AddressAsync(log, new(), Options, default)).Findings, f => f.File == path);
            log.Files.Remove(path);
            Assert.Contains((await LogCheck.AddressAsync(log, new(), Options, default)).Findings, f => f.File == path);
            log.Files[path] = bytes;
        }
    }

    [Fact]
    public async Task A_head_that_claims_an_absurd_size_is_answered_at_once()
    {
        var log = await SampleLog.WriteAsync();
        var text = new Checkpoint(SampleLog.Origin, long.MaxValue, Hash.EmptyTree).ToString();
        log.Files["checkpoint"] = new SignedNote(text, [await SampleLog.Log.SignAsync(text, default)]).ToBytes();
        Assert.False((await LogCheck.AddressAsync(log, new(), Options, default)).IsGood);
        Assert.False((await CheckAsync(log)).IsGood);
    }

    [VectorsFact]
    public async Task A_published_log_of_others_is_consistent_at_every_size()
    {
        var row = Assert.Single(Vectors.Read("whole_logs.jsonl"));
        var key = NoteKey.Parse(row.Text("vkey"));
        var files = row["files"]!.AsObject().ToDictionary(f => f.Key, f => Convert.FromBase64String((string)f.Value!));
        for (var size = 0; size <= 15; size++)
        {
            files["checkpoint"] = files[$"checkpoint.{size}"];
            var report = await LogCheck.AddressAsync(new MemoryLog(files), new(null, key), Options, default);
            Assert.True(report is { IsGood: true, TrustMet: true } && report.Head!.Size == size, Describe(report));
        }
    }

    static ValueTask<LogReport> CheckAsync(MemoryLogStore log) => LogCheck.FolderAsync(log, new(), Options, default);

    static (string, string) Only(LogReport report)
    {
        var finding = Assert.Single(report.Findings);
        return (finding.Code, finding.File);
    }

    static string Describe(LogReport report) => string.Join("; ", report.Findings);

    static NoteKey Cosigner(byte seed) =>
        new NoteSigner("stranger.example.org", NoteAlgorithm.Cosignature, new SeedSigner(SampleLog.Seed(seed))).Key;

    /// <summary>The same 32 bytes with other unused bits in the last character before the padding.</summary>
    static string Loosened(string base64)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var loose = base64[..^2] + Alphabet[Alphabet.IndexOf(base64[^2], StringComparison.Ordinal) + 1] + "=";
        Assert.Equal(Convert.FromBase64String(base64), Convert.FromBase64String(loose));
        return loose;
    }
}
