using System.Net;
using System.Text;
using Rahdari.Federation;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Tests.Ledger;
using Rahdari.Tests.Movements;
using Rahdari.Tests.Transparency.Sequencing;
using Rahdari.Transparency.Sequencing;
using Rahdari.Web;

namespace Rahdari.Tests.Federation;

public sealed class KnownLogsTests
{
    [Fact]
    public async Task The_own_log_comes_with_its_signed_head_and_key_and_nobody_beside_it()
    {
        await using var shelf = await LogShelf.OpenAsync();
        var own = (await shelf.Logs.ListAsync(default))[0];
        Assert.True(own.IsOwn);
        Assert.Equal(
            (LogBench.Origin, LogBench.Signer.Key.ToString(), LogShelf.Size),
            (own.Origin, own.Key, (int)own.Head!.Size));
        Assert.Empty(own.Cosigners);
        Assert.Equal(CorridorTime.FromMicros(LogShelf.Size), own.NewestAt);
    }

    [Fact]
    public async Task The_other_side_s_is_shown_as_read_with_whoever_cosigns_and_why_it_stopped()
    {
        await using var shelf = await LogShelf.OpenAsync();
        var unread = (await shelf.Logs.ListAsync(default))[1];
        Assert.Equal((null, null, "http://af.invalid"), (unread.Head, unread.ReadAt, unread.Address));
        var note = (await SampleLog.WriteAsync()).Files["checkpoint"];
        var root = Checkpoint.Parse(SignedNote.Parse(note).Text).Root.ToArray();
        await shelf.SavePeerAsync(
            new(LogShelf.PeerOrigin, 300, [], 300, root, note, "leaf-differs", 12, "what differs", 1_000_000));
        var read = (await shelf.Logs.ListAsync(default))[1];
        Assert.Equal((300L, "leaf-differs"), (read.Head!.Size, read.Fault));
        Assert.Contains(SampleLog.Witness.Key.Name, read.Cosigners);
        Assert.Equal(CorridorTime.FromMicros(1_000_000), read.ReadAt);
    }

    [Theory]
    [InlineData("en", "Nobody yet: recorded, not proven.")]
    [InlineData("ur", "ابھی کوئی نہیں: درج ہے، ثابت نہیں۔")]
    public async Task Anybody_may_read_the_page_and_ask_for_a_proof(string language, string nobody)
    {
        await using var node = await ApiNode.StartAsync(
            more: s => s.AddFederation().AddSequencing(),
            map: app =>
            {
                app.MapLog();
                app.MapFederation();
                app.MapWeb();
            });
        await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration);
        using var http = new HttpClient { BaseAddress = (await node.ClientAsync(Scene.Karachi)).BaseAddress };
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        var origin = node.Get<NodeSettings>().Origin;
        await UntilSignedAsync(node);
        var page = await ReadAsync(http, "/log", HttpStatusCode.OK);
        Assert.Contains(nobody, page, StringComparison.Ordinal);
        Assert.Contains($"rahdari verify {http.BaseAddress}log/{origin}/ --key ", page, StringComparison.Ordinal);
        Assert.Contains(node.Get<KnownLogs>().OwnKey.ToString(), page, StringComparison.Ordinal);
        var texts = node.Get<Catalogues>().Find(language)!;
        Assert.Contains(
            texts["log.verdict.holds", ("index", 0L)], await ReadAsync(http, "/log?entry=0", HttpStatusCode.OK),
            StringComparison.Ordinal);
        Assert.Contains(
            texts["refusal.log-entry-malformed"], await ReadAsync(http, "/log?entry=a%20b", HttpStatusCode.BadRequest),
            StringComparison.Ordinal);
        Assert.Contains(
            texts["refusal.log-entry-unknown"],
            await ReadAsync(http, "/log?entry=%3Cscript%3E", HttpStatusCode.NotFound),
            StringComparison.Ordinal);
    }

    static async Task<string> ReadAsync(HttpClient http, string path, HttpStatusCode status)
    {
        using var answer = await http.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 30_000);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        return WebUtility.HtmlDecode(html);
    }

    /// <summary>Asks until an entry is under a head; a beat is a second, the limit a hundred of them.</summary>
    static async Task UntilSignedAsync(ApiNode node)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            if ((await node.Get<KnownLogs>().ListAsync(default))[0].Head is { Size: > 0 }) return;
            await Task.Delay(100);
        }
        throw new TimeoutException("no entry was signed");
    }
}
