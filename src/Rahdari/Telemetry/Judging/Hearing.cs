using System.Collections.Immutable;
using Rahdari.Devices;
using Rahdari.Movements;

namespace Rahdari.Telemetry.Judging;

/// <summary>When a unit's devices were heard, by time of receipt. Immutable.</summary>
sealed record Hearing
{
    public static readonly Hearing Empty = new();

    /// <summary>By device.</summary>
    public ImmutableSortedDictionary<string, DeviceHearing> Devices { get; init; } =
        ImmutableSortedDictionary.Create<string, DeviceHearing>(StringComparer.Ordinal);

    public DeviceHearing Of(DeviceId device) => Devices.GetValueOrDefault(device.ToString(), DeviceHearing.Empty);

    public Hearing With(DeviceId device, DeviceHearing hearing) =>
        this with { Devices = Devices.SetItem(device.ToString(), hearing) };

    /// <param name="place">Where the device was then, if that is believed.</param>
    /// <param name="join">Two receipts no farther apart than this are one stretch: the silence allowed.</param>
    /// <param name="parted">It was seen apart from the unit's other devices and not together since.</param>
    /// <param name="age">How long before it was there.</param>
    public Hearing At(
        string device, DateTimeOffset received, GeoPosition? place, TimeSpan join, bool parted = false,
        TimeSpan age = default)
    {
        var known = Devices.GetValueOrDefault(device, DeviceHearing.Empty).At(received, join, place, age);
        if (place is not null) known = known with { LastPlace = place };
        if (known.IsParted != parted) known = known with { IsParted = parted };
        return this with { Devices = Devices.SetItem(device, known) };
    }
}
