using Rahdari.Devices;

namespace Rahdari.Telemetry.Connecting;

/// <summary>Tells what speaks on a device port that does not speak its protocol.</summary>
static class ForeignBytes
{
    /// <summary>Bytes needed to tell a web request, TLS or another protocol's short frames.</summary>
    public const int Enough = 16;

    static readonly byte[][] Methods =
    [
        "GET "u8.ToArray(), "POST "u8.ToArray(), "HEAD "u8.ToArray(), "PUT "u8.ToArray(), "OPTIONS "u8.ToArray(),
        "DELETE "u8.ToArray(), "PATCH "u8.ToArray(), "CONNECT "u8.ToArray(), "PRI * HTTP"u8.ToArray(),
    ];

    /// <summary>A fault code and what is known about it.</summary>
    public static (string Code, string Detail) Tell(IDeviceProtocol expected, ReadOnlySpan<byte> head)
    {
        foreach (var method in Methods)
            if (head.StartsWith(method)) return (IntakeFaultCodes.Http, "a web request");
        if (head is [0x16, 0x03, ..]) return (IntakeFaultCodes.Tls, "a TLS handshake");
        foreach (var other in Registry.Protocols)
            if (other != expected && other.Scan(head).Kind == FrameScanKind.Frame)
                return (IntakeFaultCodes.WrongProtocol, $"a frame of {other.Name}");
        return (IntakeFaultCodes.Garbage, $"no frame of {expected.Name}");
    }

    /// <summary>Line ends and blanks between text frames are no fault.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept("\r\n "u8);
}
