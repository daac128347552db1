using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Tests.Storage;
using Rahdari.Transparency;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Tests.Transparency.Sequencing;

/// <summary>The service, the folder and the address together: what an outsider reads is the signed log.</summary>
public sealed class LogEndpointTests
{
    const string Origin = LogBench.Origin;

    [Fact]
    public async Task A_node_signs_on_its_beat_and_serves_its_log()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-serving-");
        await using (var store = await TestStore.OpenAsync(Path.Combine(folder.FullName, "pk"), _ => { }))
        {
            await LogBench.RecordAsync(store.Record, "a", 300);
            var settings = Settings(folder.FullName);
            var files = new PublishedFiles(
                new LogDirectory(settings.LogDirectory, Path.Combine(settings.DataDirectory, "log-drafts")));
            await using var app = Build(settings, store, files);
            await app.StartAsync();
            await files.Published.WaitAsync(TimeSpan.FromSeconds(60));
            using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };
            await CheckAsync(client, app.Services.GetRequiredService<KeyRing>());
            await app.StopAsync();
            Assert.NotNull(await store.Leases.TryAcquireAsync("log/" + Origin, "next", TimeSpan.FromSeconds(1),
                default));
        }
        folder.Delete(recursive: true);
    }

    static async Task CheckAsync(HttpClient client, KeyRing keys)
    {
        using var checkpoint = await client.GetAsync($"/log/{Origin}/checkpoint");
        Assert.Contains("\n300\n", await checkpoint.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("text/plain; charset=utf-8", checkpoint.Content.Headers.ContentType?.ToString());
        Assert.True(checkpoint.Headers.CacheControl?.NoCache);
        var note = SignedNote.Parse(await checkpoint.Content.ReadAsByteArrayAsync());
        var key = NoteKey.Of(Origin, NoteAlgorithm.Ed25519, Ed25519.PublicKeyOf(keys.LogSeed));
        Assert.True(note.Open([key]).Accepted);
        Assert.Equal($"{key}\n", await client.GetStringAsync($"/log/{Origin}/keys"));
        using var full = await client.GetAsync($"/log/{Origin}/tile/0/000");
        Assert.Equal(8192, (await full.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("application/octet-stream", full.Content.Headers.ContentType?.ToString());
        Assert.Contains("immutable", full.Headers.CacheControl!.ToString());
        using var partial = await client.GetAsync($"/log/{Origin}/tile/entries/001.p/44");
        Assert.Equal(HttpStatusCode.OK, partial.StatusCode);
        Assert.DoesNotContain("immutable", partial.Headers.CacheControl!.ToString());
        foreach (var path in new[]
        {
            "tile/0/001", "tile/0/0", "tile%2f..%2fkeys", "../keys", "record.db", "", "keys/", "tile/0/000.p/300",
        })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/log/{Origin}/{path}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound,
            (await client.GetAsync("/log/another.example.org/checkpoint")).StatusCode);
    }

    static WebApplication Build(NodeSettings settings, Rahdari.Storage.Store store, ILogStore files)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System)
            .AddSingleton(store.Record).AddSingleton(store.Leases)
            .AddSingleton(KeyRing.Open(settings.KeysDirectory, [], SystemEntropy.Fill))
            .AddSequencing().AddSingleton(files);
        var app = builder.Build();
        app.MapLog();
        return app;
    }

    static NodeSettings Settings(string folder) => new()
    {
        Node = "pk",
        Administration = new AdministrationId("pk"),
        DataDirectory = Path.Combine(folder, "pk"),
        Url = "http://127.0.0.1:0",
        Origin = Origin,
        MasterKeyFile = Path.Combine(folder, "master.key"),
    };

    /// <summary>The folder, which says when a checkpoint lies in it.</summary>
    sealed class PublishedFiles(ILogStore inner) : ILogStore
    {
        readonly TaskCompletionSource published = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Published => published.Task;

        public ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel) => inner.ReadAsync(path, cancel);

        public async ValueTask WriteAsync(IReadOnlyList<LogFile> files, CancellationToken cancel)
        {
            await inner.WriteAsync(files, cancel);
            if (files.Any(f => f.Path == "checkpoint")) published.TrySetResult();
        }

        public ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancel) =>
            inner.ListAsync(folder, cancel);

        public ValueTask DeleteAsync(IReadOnlyList<string> paths, CancellationToken cancel) =>
            inner.DeleteAsync(paths, cancel);
    }
}
