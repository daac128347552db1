using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rahdari.Ledger;
using Rahdari.Tests.Ledger;
using Rahdari.Transparency.Verifying;

namespace Rahdari.Tests.Transparency.Verifying;

public sealed class VerifyCommandTests : IAsyncLifetime
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-verify-");

    string Log => Path.Combine(folder.FullName, "log");

    public async Task InitializeAsync() => await (await SampleLog.WriteAsync()).WriteToAsync(Log);

    public Task DisposeAsync()
    {
        folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_folder_is_self_consistent_and_the_signer_is_not_checked_without_a_key()
    {
        var (code, output, _) = await RunAsync(Log);
        Assert.Equal(0, code);
        Assert.Contains("300 entries", output, StringComparison.Ordinal);
        Assert.Contains("self-consistent, signer not checked", output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await RunAsync(Log, json: true)).Output)!;
        Assert.Equal("self-consistent, signer not checked", (string)json["verdict"]!);
        Assert.Equal((300, true, 0),
            ((int)json["size"]!, (bool)json["consistent"]!, json["findings"]!.AsArray().Count));
        Assert.Null(json["trustMet"]);
    }

    [Fact]
    public async Task Who_vouches_is_named_and_exit_1_says_that_nobody_does()
    {
        var (code, output, _) = await RunAsync(Log, key: SampleLog.Log.Key.ToString());
        Assert.Equal(0, code);
        Assert.Contains($"vouched for by {SampleLog.Origin}", output, StringComparison.Ordinal);
        var policy = File("policy", $"log {SampleLog.Log.Key}\nwitness af {SampleLog.Witness.Key}\nquorum af\n");
        Assert.Equal(0, (await RunAsync(Log, policy)).Code);
        var stranger = new NoteSigner(SampleLog.Origin, NoteAlgorithm.Ed25519, new SeedSigner(SampleLog.Seed(8)));
        Assert.Equal(1, (await RunAsync(Log, key: stranger.Key.ToString())).Code);
        Assert.Equal(1, (await RunAsync(Log, File("other", $"log {stranger.Key}\nquorum none\n"))).Code);
    }

    [Fact]
    public async Task A_changed_byte_of_any_file_ends_in_exit_1_with_its_name()
    {
        foreach (var file in Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(Log, file);
            var whole = await System.IO.File.ReadAllBytesAsync(file);
            foreach (var at in new[] { 0, 1, whole.Length / 2, whole.Length - 1 })
            {
                byte[] changed = [.. whole];
                changed[at] ^= 1;
                await System.IO.File.WriteAllBytesAsync(file, changed);
                var (code, output, _) = await RunAsync(Log);
                Assert.Equal(1, code);
                Assert.Contains($"{name}: ", output, StringComparison.Ordinal);
            }
            await System.IO.File.WriteAllBytesAsync(file, whole);
        }
        Assert.Equal(0, (await RunAsync(Log)).Code);
    }

    [Fact]
    public async Task An_entry_of_another_form_is_found_only_in_a_Rahdari_log()
    {
        foreach (var (origin, code) in new[] { (SampleLog.Origin, 1), ("example.org/other", 0),
            ("rome2026h1.example.org", 0) })
        {
            var store = new MemoryLogStore();
            var (tail, files) = LogTail.Empty.Append([[1, 2, 3], .. SampleLog.Entries[..3]]);
            await store.WriteAsync(files, default);
            var log = new NoteSigner(origin, NoteAlgorithm.Ed25519, new SeedSigner(SampleLog.Seed(1)));
            var text = new Checkpoint(origin, tail.Size, tail.Root).ToString();
            await store.WriteAsync(
                [new("checkpoint", new SignedNote(text, [await log.SignAsync(text, default)]).ToBytes()),
                    new("keys", StrictText.Utf8.GetBytes($"{log.Key}\n"))], default);
            var target = Path.Combine(folder.FullName, $"log-{code}-{origin.Length}");
            await store.WriteToAsync(target);
            var result = await RunAsync(target, json: true);
            Assert.Equal(code, result.Code);
            if (code == 1) Assert.Contains("entry-form", result.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("pk-2026.demo.example.org", true)]
    [InlineData(SampleLog.Origin, false)]
    public async Task The_log_of_a_demonstration_is_marked(string origin, bool simulated)
    {
        var store = new MemoryLogStore();
        var (tail, files) = LogTail.Empty.Append(SampleLog.Entries[..3]);
        await store.WriteAsync(files, default);
        var log = new NoteSigner(origin, NoteAlgorithm.Ed25519, new SeedSigner(SampleLog.Seed(1)));
        var text = new Checkpoint(origin, tail.Size, tail.Root).ToString();
        await store.WriteAsync(
            [new("checkpoint", new SignedNote(text, [await log.SignAsync(text, default)]).ToBytes()),
                new("keys", StrictText.Utf8.GetBytes($"{log.Key}\n"))], default);
        var target = Path.Combine(folder.FullName, "marked");
        await store.WriteToAsync(target);
        foreach (var path in new[] { target, Path.Combine(target, "checkpoint") })
        {
            Assert.Equal(simulated, (await RunAsync(path)).Output.Contains("SIMULATED", StringComparison.Ordinal));
            Assert.Equal(simulated, (bool)JsonNode.Parse((await RunAsync(path, json: true)).Output)!["simulated"]!);
        }
    }

    [Fact]
    public async Task A_checkpoint_and_a_proof_are_verified_as_files()
    {
        var checkpoint = Path.Combine(Log, "checkpoint");
        Assert.Equal(0, (await RunAsync(checkpoint)).Code);
        Assert.Equal(0, (await RunAsync(checkpoint, key: SampleLog.Witness.Key.ToString())).Code);
        var tree = new TileTree(new LogDirectory(Log), SampleLog.Size);
        var proof = new TlogProof(
            271, await tree.InclusionAsync(271, default), SampleLog.Entries[271],
            await System.IO.File.ReadAllTextAsync(checkpoint));
        Assert.Equal(0, (await RunAsync(File("a.tlog-proof", proof.ToString()),
            key: SampleLog.Log.Key.ToString())).Code);
        foreach (var wrong in new[]
        {
            proof with { Index = 270 }, proof with { Extra = SampleLog.Entries[270] }, proof with { Extra = default },
            proof with { Hashes = [.. proof.Hashes.Reverse()] }, proof with { Checkpoint = "nothing" },
        })
        {
            var (code, output, _) = await RunAsync(File("b.tlog-proof", wrong.ToString()));
            Assert.Equal(1, code);
            Assert.Contains("b.tlog-proof: ", output, StringComparison.Ordinal);
        }
        Assert.Equal(1, (await RunAsync(File("c", "no such thing\n"))).Code);
    }

    [Fact]
    public async Task Wrong_arguments_are_exit_2_and_say_what_is_wrong()
    {
        foreach (var (result, word) in new[]
        {
            (await RunAsync(Path.Combine(folder.FullName, "none")), "none"),
            (await RunAsync(Log, key: "nonsense"), "verifier key"),
            (await RunAsync(Log, File("bad", "quorum W1\n")), "line 1"),
            (await RunAsync(Log, Path.Combine(folder.FullName, "no-policy")), "no-policy"),
        })
        {
            Assert.Equal(2, result.Code);
            Assert.Contains(word, result.Errors, StringComparison.Ordinal);
            Assert.Empty(result.Output);
        }
    }

    [Fact]
    public async Task An_address_is_read_as_C2SP_says_and_exit_3_when_it_cannot_be()
    {
        await using var app = await ServeAsync();
        var address = app.Urls.Single() + "/some/prefix/";
        Assert.Equal(0, (await RunAsync(address)).Code);
        Assert.Equal(0, (await RunAsync(address, key: SampleLog.Witness.Key.ToString())).Code);
        await System.IO.File.AppendAllTextAsync(Path.Combine(Log, "tile/0/000"), "x");
        Assert.Contains("tile/0/000: ", (await RunAsync(address)).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(app.Urls.Single() + "/nothing")).Code);
        Assert.Equal(3, (await RunAsync(app.Urls.Single() + "/broken")).Code);
        await app.StopAsync();
        Assert.Equal(3, (await RunAsync(address)).Code);
    }

    [Fact]
    public async Task A_head_that_appears_while_files_lie_ahead_of_the_old_one_is_waited_for()
    {
        var log = new LogDirectory(Log, Path.Combine(folder.FullName, "drafts"));
        var tail = await LogTail.ReadAsync(log, SampleLog.Size, default);
        var (next, more) = tail.Append(SampleLog.Entries[SampleLog.Size..]);
        await log.WriteAsync(more, default);
        var running = RunAsync(Log);
        var head = new MemoryLogStore();
        await SampleLog.SignAsync(head, next, cosigned: true);
        await log.WriteAsync([new("checkpoint", head.Files["checkpoint"])], default);
        Assert.Equal(0, (await running).Code);
        Assert.Contains("305 entries", (await RunAsync(Log)).Output, StringComparison.Ordinal);
    }

    async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/some/prefix/{**path}", (string path) =>
            System.IO.File.Exists(Path.Combine(Log, path)) && path != "keys"
                ? Results.Bytes(System.IO.File.ReadAllBytes(Path.Combine(Log, path))) : Results.NotFound());
        app.MapGet("/broken/{**path}", () => Results.StatusCode((int)HttpStatusCode.InternalServerError));
        await app.StartAsync();
        return app;
    }

    string File(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(
        string target, string? policy = null, string? key = null, bool json = false)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await VerifyCommand.RunAsync(target, policy, key, json, output, errors, default);
        return (code, output.ToString(), errors.ToString());
    }
}
