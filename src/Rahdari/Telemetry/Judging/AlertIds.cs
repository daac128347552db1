using System.Security.Cryptography;
using System.Text;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Ids of alerts are a function of their cause, so that judging the same records again names the same alerts.
/// </summary>
static class AlertIds
{
    const int HexLength = 32;

    /// <summary>The name of an opening that an office recorded.</summary>
    public static string OfOpening(UnitId unit, string actId, DeviceId device) =>
        "o-" + Hashed($"rahdari-opening/1\n{unit}\n{actId}\n{device}");

    /// <param name="causeAt">Event time of the first evidence judged.</param>
    /// <param name="device">Null where the cause is the unit's, whichever device tells of it.</param>
    /// <param name="again">How many alerts of the very same cause were raised and refuted before.</param>
    public static string Of(UnitId unit, AlertKind kind, DateTimeOffset causeAt, DeviceId? device, int again = 0)
    {
        var text = $"rahdari-alert/1\n{unit}\n{kind.Slug()}\n{causeAt.ToRfc3339()}\n{device?.ToString() ?? "-"}";
        if (again > 0) text += $"\n{again}";
        return "a-" + Hashed(text);
    }

    static string Hashed(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HexLength];
}
