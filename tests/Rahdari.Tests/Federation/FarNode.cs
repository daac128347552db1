using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Hosting;

namespace Rahdari.Tests.Federation;

/// <summary>A <see cref="FarSide"/> on a socket, whose answers a test can spoil.</summary>
sealed class FarNode : IAsyncDisposable
{
    readonly WebApplication app;
    readonly FarSide far;
    readonly Channel<string> asked = Channel.CreateUnbounded<string>();
    int heads;

    FarNode(WebApplication app, FarSide far) => (this.app, this.far) = (app, far);

    /// <summary>Answers in place of the far side; null for its own answers.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>How often the head was asked for: once a round, at least.</summary>
    public int Heads => Volatile.Read(ref heads);

    public PeerSettings Settings(string keyFile) => far.Settings with
    {
        Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(),
        ApiKeyFile = keyFile,
    };

    public static async Task<FarNode> StartAsync(FarSide far)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var node = new FarNode(builder.Build(), far);
        node.app.Run(node.AnswerAsync);
        await node.app.StartAsync();
        return node;
    }

    /// <summary>Completes with the next question for the head, counted from the first.</summary>
    public async Task HeadAskedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await asked.Reader.ReadAsync(patience.Token)).EndsWith("/checkpoint", StringComparison.Ordinal))
        {
        }
    }

    async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/checkpoint", StringComparison.Ordinal)) Interlocked.Increment(ref heads);
        asked.Writer.TryWrite(path);
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }
        if (path.StartsWith("/api/v1/entries/", StringComparison.Ordinal))
        {
            var query = context.Request.Query;
            var entries = await far.EntriesAsync(
                long.Parse(query["from"]!), int.Parse(query["limit"]!), query["subject"], default);
            await context.Response.WriteAsync(
                new JsonArray([.. entries.Select(e => (JsonNode)e.ToJson())]).ToJsonString());
            return;
        }
        var file = await far.ReadAsync(path[$"/log/{far.Settings.Origin}/".Length..], default);
        if (file is null) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else await context.Response.Body.WriteAsync(file);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
