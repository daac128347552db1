using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>One line of <c>tracks.jsonl</c>. Times are seconds from the window's start.</summary>
sealed record TrackRecord(
    UnitTrip Trip, DeviceRole Role, long DeviceTime, SimulatedPlace? Place, bool Valid, int? SpeedKmh, int? Course,
    SealState Seal, DeviceEvent? Event, RecordClass Class)
{
    public double Received { get; init; }
}
