using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Osmand;

/// <summary>What a phone sends, and what the server answers.</summary>
public static class OsmandEncoder
{
    /// <summary>The header of every answer of a node whose data are invented.</summary>
    const string SimulatedMark = "Rahdari-Simulated: true\r\n";

    /// <summary>Answers to requests whose records are kept: one of a connection that is kept, one that ends it, and
    /// both with the mark.</summary>
    static readonly byte[][] Kept = [Ok(true, false), Ok(false, false), Ok(true, true), Ok(false, true)];

    /// <summary>
    /// OsmAnd's request. The wire is coarser than the message: millionths of a degree, milliseconds, thousandths of a
    /// knot. It carries no seal, and of events the panic alone.
    /// </summary>
    /// <param name="id">Letters, digits, dot, dash and underscore.</param>
    public static byte[] Query(string id, DeviceMessage message, bool keepAlive = true)
    {
        var text = new StringBuilder("GET /?id=").Append(id);
        if (message.Position is { } position)
            text.Append(CultureInfo.InvariantCulture,
                $"&lat={Decimals.Degrees(position.LatitudeE7)}&lon={Decimals.Degrees(position.LongitudeE7)}");
        if (message.Time is { } time) text.Append("&timestamp=").Append(time.ToUnixTimeMilliseconds());
        if (message.Valid == false) text.Append("&valid=false");
        if (message.Speed is { } speed)
            text.Append(CultureInfo.InvariantCulture, $"&speed={speed.MetresPerHour / 1852m:0.####}");
        if (message.CourseDegrees is { } course) text.Append("&bearing=").Append(course);
        if (message.AltitudeMetres is { } altitude) text.Append("&altitude=").Append(altitude);
        if (message.BatteryPercent is { } battery) text.Append("&batt=").Append(battery);
        if (message.Charging is { } charging) text.Append(charging ? "&charge=true" : "&charge=false");
        if (message.Events.Contains(DeviceEvent.Panic)) text.Append("&alarm=sos");
        text.Append(" HTTP/1.1\r\nHost: rahdari\r\n");
        if (!keepAlive) text.Append("Connection: close\r\n");
        return Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
    }

    /// <summary>The request of location libraries, whose body is JSON. Speed is sent in m/s.</summary>
    public static byte[] Json(string id, DeviceMessage message)
    {
        var (time, position) = (message.Time ?? throw new ArgumentException("a time is needed", nameof(message)),
            message.Position ?? throw new ArgumentException("a position is needed", nameof(message)));
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"location\":{{\"timestamp\":\"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\",\"coords\":{{"
            + $"\"latitude\":{Decimals.Degrees(position.LatitudeE7)},"
            + $"\"longitude\":{Decimals.Degrees(position.LongitudeE7)},"
            + $"\"speed\":{(message.Speed ?? default).MetresPerHour / 3600m:0.####},"
            + $"\"heading\":{message.CourseDegrees ?? -1},\"altitude\":{message.AltitudeMetres ?? 0}}},"
            + $"\"odometer\":{message.OdometerMetres ?? 0},"
            + $"\"battery\":{{\"level\":{(message.BatteryPercent ?? -100) / 100m}}}}},\"device_id\":\"{id}\"}}");
        return Encoding.ASCII.GetBytes(
            "POST / HTTP/1.1\r\nHost: rahdari\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <param name="refusal">Null: the request's records are kept.</param>
    /// <param name="simulated">The node's data are invented, and the answer says so.</param>
    internal static byte[] Answer(OsmandRefusal? refusal, bool keepAlive, bool simulated)
    {
        if (refusal is null) return Kept[(keepAlive ? 0 : 1) + (simulated ? 2 : 0)];
        var body = Encoding.UTF8.GetBytes(refusal.Detail + "\n");
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {refusal.Status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + $"Content-Length: {body.Length}\r\n"
                + (refusal.Status.StartsWith("405", StringComparison.Ordinal) ? "Allow: GET, POST\r\n" : "")
                + Tail(keepAlive, simulated)),
            .. body,
        ];
    }

    static byte[] Ok(bool keepAlive, bool simulated) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{Tail(keepAlive, simulated)}");

    /// <summary>The last headers and the blank line.</summary>
    static string Tail(bool keepAlive, bool simulated) =>
        $"{(simulated ? SimulatedMark : "")}Connection: {(keepAlive ? "keep-alive" : "close")}\r\n\r\n";
}
