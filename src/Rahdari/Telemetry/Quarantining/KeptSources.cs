using System.Net;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>
/// Where the records of a quarantine came from. Addresses are compared as addresses: an IPv4 one is the same in its
/// IPv6 form (RFC 4291, section 2.5.5.2), and one of IPv6 however it is written.
/// </summary>
sealed class KeptSources(IJournal journal)
{
    const int PageRows = 5_000;

    /// <summary>A month of two devices that report each 20 seconds; what is longer is not looked through.</summary>
    const int MostPages = 52;

    /// <summary>Null for what is no address.</summary>
    public static IPAddress? AddressOf(string? text) => !IPAddress.TryParse(text, out var address) ? null
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <param name="remote">Address and port, as a record has them.</param>
    /// <param name="source">An address, as an officer gave it.</param>
    public static bool IsFrom(string remote, string source) => IPEndPoint.TryParse(remote, out var end)
        && AddressOf(end.Address.ToString()) is { } from && from.Equals(AddressOf(source));

    /// <summary>Whether a record of the quarantine came from an address; true also where there are too many to look
    /// through.</summary>
    /// <param name="since">Names the quarantine.</param>
    public async Task<bool> HasAsync(
        DeviceId device, DateTimeOffset since, string source, CancellationToken cancel)
    {
        var from = since.ToMicros();
        for (var i = 0; i < MostPages; i++)
        {
            var page = await journal.ReadDeviceAsync(device.ToString(), from, long.MaxValue, PageRows, cancel);
            if (page.Any(r => JournaledFix.TryRead(r.Entry, out var fix, out _)
                && fix.Quarantine is { } kept && kept.Since == since && IsFrom(kept.Remote, source)))
                return true;
            if (page.Count < PageRows) return false;
            // Rows of the last time of receipt may go on behind the page.
            var last = page[^1].Entry.ReceivedMicros;
            from = last > from ? last : from + 1;
        }
        return true;
    }
}
