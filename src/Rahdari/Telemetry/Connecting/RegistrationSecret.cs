using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Connecting;

/// <summary>
/// The secret that devices' registration codes are made of. It lies beside the node's other keys and is copied with
/// them: with another one every device would have to register again.
/// </summary>
sealed record RegistrationSecret(ReadOnlyMemory<byte> Key)
{
    public const string File = "device-registration.seed";

    public static RegistrationSecret Of(NodeSettings node) =>
        new(KeyRing.ReadOrMake(Path.Combine(node.KeysDirectory, File), SystemEntropy.Fill));
}
