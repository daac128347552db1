namespace Rahdari.Devices;

/// <summary>
/// Every protocol by name. A new protocol is one folder and one line in <see cref="Protocols"/>.
/// </summary>
public static class Registry
{
    /// <summary>
    /// In the order that fixes their ports: the protocol at place i listens on the base port plus i. It never changes;
    /// a new one goes to its end.
    /// </summary>
    public static readonly IReadOnlyList<IDeviceProtocol> Protocols =
    [
        new Jt600.Jt600Decoder(),
        new Teltonika.TeltonikaDecoder(),
        new Jt808.Jt808Decoder(),
        new Eseal.EsealDecoder(),
        new Gt06.Gt06Decoder(),
        new Queclink.QueclinkDecoder(),
        new Ruptela.RuptelaDecoder(),
        new Meitrack.MeitrackDecoder(),
        new Galileosky.GalileoskyDecoder(),
        new Osmand.OsmandDecoder(),
        new Wialon.WialonDecoder(),
    ];

    /// <summary>Their names.</summary>
    public static readonly IReadOnlyList<string> Order = [.. Protocols.Select(p => p.Name)];

    /// <summary>The place of a protocol: its port's distance from the base port.</summary>
    public static int PortIndex(IDeviceProtocol protocol)
    {
        for (var i = 0; i < Protocols.Count; i++)
            if (Protocols[i].Name == protocol.Name) return i;
        throw new InvalidOperationException($"{protocol.Name} is no protocol of the registry");
    }

    /// <summary>The protocol of a name (second names included), or null where it is unknown.</summary>
    public static IDeviceProtocol? Find(string name)
    {
        var canonical = Canonical(name);
        return Protocols.FirstOrDefault(p => p.Name == canonical);
    }

    /// <summary>True for every name and every second name.</summary>
    public static bool IsKnown(string name) => Order.Contains(Canonical(name));

    static string Canonical(string name) => name switch
    {
        "gl200" => "queclink",
        "galileo" => "galileosky",
        _ => name,
    };
}
