using Rahdari.Corridors;
using Rahdari.Hosting;

namespace Rahdari.Transparency;

/// <summary>The desk, its keys and its log.</summary>
public static class TransparencySetup
{
    public static IServiceCollection AddTransparency(this IServiceCollection services)
    {
        services.AddSingleton<Entropy>(SystemEntropy.Fill);
        services.AddSingleton(s =>
        {
            var (settings, pack) = (s.GetRequiredService<NodeSettings>(), s.GetRequiredService<CorridorPack>());
            return KeyRing.Open(
                settings.KeysDirectory,
                pack.Offices.Where(o => o.Id.Administration == settings.Administration).Select(o => o.Id),
                s.GetRequiredService<Entropy>());
        });
        services.AddSingleton(s =>
        {
            var entropy = s.GetRequiredService<Entropy>();
            var master = KeyRing.ReadOrMake(s.GetRequiredService<NodeSettings>().MasterKeyFile, entropy);
            return new SubjectKeys(master, entropy);
        });
        // A node that reads no other log knows no head; reading one replaces this.
        services.AddSingleton<NewestPeerHead>((_, _) => Task.FromResult<PeerHead?>(null));
        services.AddSingleton<Recorder>();
        services.AddSingleton(ImportedEntries.Tables);
        services.AddSingleton<Projections>();
        services.AddSingleton<FirstEvents>();
        services.AddSingleton<RecordedFeed>();
        services.AddSingleton<IDesk, RecordDesk>();
        return services;
    }
}
