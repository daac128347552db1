using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>Which unit a device speaks for, on this administration's side. The fold of <c>device:ID</c>.</summary>
sealed record DeviceHolder(UnitId? Unit) : IFold<DeviceHolder>
{
    public static DeviceHolder Empty { get; } = new((UnitId?)null);

    public static string Subject(DeviceId device) => $"device:{device}";

    public DeviceHolder Apply(Recorded recorded) => recorded.Body switch
    {
        DeviceTaken e => new(e.Unit),
        DeviceFreed e when e.Unit == Unit => Empty,
        _ => this,
    };
}
