namespace Rahdari.Simulator;

/// <summary>A bearer key of one office in one role; the role in kebab case, for example <c>control-room</c>.</summary>
public sealed record SimulatedKey(string Role, string Office, string Key);

/// <summary>A node as its clients see it.</summary>
/// <param name="Node">The administration it serves, for example <c>pk</c>.</param>
/// <param name="DevicePorts">The port of each device protocol, by the protocol's name.</param>
public sealed record SimulatedNode(
    string Node, Uri Url, IReadOnlyDictionary<string, int> DevicePorts, IReadOnlyList<SimulatedKey> Keys)
{
    /// <summary>The host devices connect to; the same machine that answers HTTP.</summary>
    public string DeviceHost => Url.Host;

    /// <summary>The key of a role at an office; null where nobody there has that role.</summary>
    public string? FindKey(string role, string office) =>
        Keys.FirstOrDefault(k => k.Role == role && k.Office == office)?.Key;
}
