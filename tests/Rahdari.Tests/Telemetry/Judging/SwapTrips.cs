using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>
/// Two trucks, the second one behind the first, whose locks are swapped from the start until both stand in one place at
/// minute 57; they drive apart at 60 with their own, stand together again at 110, and drive apart at 115 with their
/// locks swapped once more.
/// </summary>
static class SwapTrips
{
    public static readonly DeviceId OtherLock = DeviceId.Parse("jt600:8000620022");
    public static readonly DeviceId OtherTracker = DeviceId.Parse("teltonika:356307042441022");
    public static readonly UnitId OtherUnit = UnitId.Parse(
        $"26PKKHI000000124J{CheckDigit.Of("26PKKHI000000124J")}/1");

    /// <param name="put">When the locks are put back to their own.</param>
    /// <param name="again">When they are swapped once more.</param>
    /// <param name="lost">When the first truck's lock falls off and lies there.</param>
    public static IEnumerable<JournaledFix> Between(
        int from, int to, double put = 57, double again = 112, double lost = 1_000) =>
        Enumerable.Range(from, to - from).SelectMany(minute =>
        {
            bool IsSwapped(double m) => m < put || m >= again;
            JournaledFix Of(DeviceId device, UnitId unit, double m, bool first)
            {
                var (km, kmh) = device == SealDevice && m > lost ? (First(lost), 0)
                    : first ? (First(m), SpeedOf(First, m)) : (Second(m), SpeedOf(Second, m));
                // A receiver that stands wanders by metres.
                return Fix(m, km, (int)(m * 7) % 5 * 4, kmh, device: device) with { Unit = unit };
            }
            return new[]
            {
                Of(Tracker, Unit, minute, first: true),
                Of(SealDevice, Unit, minute + 0.1, first: !IsSwapped(minute + 0.1)),
                Of(OtherLock, OtherUnit, minute + 0.2, first: IsSwapped(minute + 0.2)),
                Of(OtherTracker, OtherUnit, minute + 0.3, first: false),
            };
        });

    static double First(double m) => m switch
    {
        < 30 => 10 + 0.5 * m,
        < 60 => 25,
        < 85 => 25 + 0.5 * (m - 60),
        < 115 => 37.5,
        _ => 37.5 + 0.5 * (m - 115),
    };

    static double Second(double m) => m switch
    {
        < 30 => 10 + 0.1 * m,
        < 54 => 13 + 0.5 * (m - 30),
        < 85 => 25,
        < 110 => 25 + 0.5 * (m - 85),
        < 115 => 37.5,
        _ => 37.5 + 0.1 * (m - 115),
    };

    static int SpeedOf(Func<double, double> place, double m) =>
        (int)Math.Round(60 * (place(m) - place(m - 0.01)) / 0.01);
}
