using System.Buffers.Binary;
using Rahdari.Devices;
using Rahdari.Devices.Teltonika;
using Rahdari.Simulator.Officiating;

namespace Rahdari.Simulator.Reporting;

/// <summary>
/// A Teltonika tracker, codec 8: logs in with its IMEI, sends records from the oldest on, and forgets as many as the
/// server's four bytes say it accepted. The first record of each packet tells its SIM card.
/// </summary>
sealed class TeltonikaWire(string imei) : IDeviceWire
{
    /// <summary>Records a packet; 20 of these stay under the 1,280 bytes a packet may have.</summary>
    const int MaxRecords = 20;

    readonly SimCardNumber card = SimCardNumber.Parse(Invented.Iccid(imei));

    public string Protocol => "teltonika";

    public async Task<bool> GreetAsync(Stream stream, CancellationToken cancel)
    {
        await stream.WriteAsync(TeltonikaEncoder.Login(imei), cancel).ConfigureAwait(false);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancel).ConfigureAwait(false);
        return answer[0] == 1;
    }

    public IReadOnlyList<PlannedReport> Choose(DeviceMemory memory) => memory.Oldest(MaxRecords);

    public async Task<int> SendAsync(
        Stream stream, IReadOnlyList<PlannedReport> reports, CancellationToken cancel)
    {
        var packet = TeltonikaEncoder.Packet(
            [.. reports.Select((r, i) => i == 0 ? r.Message with { SimCard = card } : r.Message)]);
        await stream.WriteAsync(packet, cancel).ConfigureAwait(false);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer, cancel).ConfigureAwait(false);
        var accepted = BinaryPrimitives.ReadUInt32BigEndian(answer);
        return accepted <= reports.Count
            ? (int)accepted
            : throw new IOException($"{accepted} records accepted of {reports.Count} sent");
    }
}
