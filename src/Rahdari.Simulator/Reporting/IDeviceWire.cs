namespace Rahdari.Simulator.Reporting;

/// <summary>
/// How one kind of device speaks on its connection. Any failure of the other end to keep to the protocol is an
/// <see cref="IOException"/>, upon which the device connects anew.
/// </summary>
interface IDeviceWire
{
    /// <summary>The protocol's name, which picks the port and prefixes the device's id.</summary>
    string Protocol { get; }

    /// <summary>What the device says first on a new connection; false where the server does not want it.</summary>
    Task<bool> GreetAsync(Stream stream, CancellationToken cancel);

    /// <summary>The records to send next, in one frame; empty where nothing is kept.</summary>
    IReadOnlyList<PlannedReport> Choose(DeviceMemory memory);

    /// <summary>Sends the records and answers how many of them, from the first on, the server has accepted.</summary>
    Task<int> SendAsync(Stream stream, IReadOnlyList<PlannedReport> reports, CancellationToken cancel);
}
