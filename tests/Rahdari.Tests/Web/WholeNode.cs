using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Transparency;

namespace Rahdari.Tests.Web;

/// <summary>
/// A whole node on the shipped corridor, as <c>serve</c> composes it, for tests that ask it many things and count on
/// nothing that another of them has done.
/// </summary>
public sealed class WholeNode : IAsyncLifetime
{
    public const string Origin = "pk-2026.demo.example";

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-whole-").FullName;
    readonly Dictionary<Role, string> keys = [];
    NodeHost node = null!;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public IServiceProvider Services => node.Services;

    public async Task InitializeAsync()
    {
        var pack = CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();
        node = await NodeHost.StartAsync(
            new NodeSettings
            {
                Node = "pk",
                Administration = new("pk"),
                DataDirectory = Path.Combine(folder, "pk"),
                Url = "http://127.0.0.1:0",
                Origin = Origin,
                MasterKeyFile = Path.Combine(folder, "master.seed"),
            },
            pack, new SettableClock(DeskFixture.Start), TimeProvider.System, new NodeOutput(TextWriter.Null),
            default);
        Http.BaseAddress = new(node.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Of a role at <c>pk:KARACHI</c>.</summary>
    internal async Task<string> KeyAsync(Role role)
    {
        if (keys.TryGetValue(role, out var known)) return known;
        var secret = new byte[32];
        secret[0] = (byte)(keys.Count + 1);
        return keys[role] = await node.Services.GetRequiredService<KeyRegister>()
            .IssueAsync(secret, OfficeId.Parse("pk:KARACHI"), role, "test", default);
    }
}

[CollectionDefinition("Whole node")]
public sealed class OnWholeNode : ICollectionFixture<WholeNode>;
