namespace Rahdari.Telemetry.Judging;

/// <summary>
/// By what a device knows that it was opened. One that flaps says nothing of what another one tells: see
/// <see cref="Fold"/>.
/// </summary>
[Flags]
enum Sensors
{
    None = 0,
    Shackle = 1,
    Door = 2,
    Removal = 4,
    Lock = 8,
    Card = 16,
    Password = 32,

    /// <summary>Unlocked from afar: by Bluetooth, a short message or the platform.</summary>
    Afar = 64,
    Rope = 128,
    Cover = 256,
    Tamper = 512,
}
