using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Movements;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>
/// Whose evidence a record is, by the record's own time: the device was on one unit, then in store, then on the next.
/// What a device with a wrong clock says as it happens may raise an alarm, and is evidence of nothing.
/// </summary>
public sealed class FittedIntervalTests
{
    const string Id = "8000620011";

    static readonly Mrn Mrn = Mrn.Parse("26PK000000000001J" + CheckDigit.Of("26PK000000000001J"));
    static readonly UnitId First = new(Mrn, 1), Next = new(Mrn, 2);

    [Theory]
    [InlineData("in the first unit's time", -90, RecordClass.Stored, 1)]
    [InlineData("the moment it was fitted", -120, RecordClass.Stored, 1)]
    [InlineData("the moment it was taken off", -60, RecordClass.Stored, null)]
    [InlineData("in store, kept in its memory and sent from the next trip", -45, RecordClass.Stored, null)]
    [InlineData("before it was ever fitted", -150, RecordClass.Stored, null)]
    [InlineData("before it was fitted, sent as if it were live", -150, RecordClass.Live, null)]
    [InlineData("in the next unit's time", -10, RecordClass.Live, 2)]
    [InlineData("years ago, from a memory of any trip", -3_000_000, RecordClass.Stored, null)]
    [InlineData("years ago by a clock that is wrong, said live", -3_000_000, RecordClass.Live, 2, false)]
    [InlineData("years ago by a clock that is wrong, an alarm", -3_000_000, RecordClass.Alarm, 2, false)]
    [InlineData("ahead by a clock that is wrong, while it is fitted", 60, RecordClass.Live, 2, false)]
    public async Task A_record_is_evidence_of_the_unit_of_its_time_or_of_none(
        string when, int minutes, RecordClass record, int? unit, bool evidence = true)
    {
        await using var node = await IntakeHost.StartAsync();
        var device = new DeviceId("jt600", Id);
        node.Fitted.Fittings.Add((device, new(First, DeviceRole.Container),
            IntakeHost.Start.AddMinutes(-120), IntakeHost.Start.AddMinutes(-60)));
        node.Fitted.Fittings.Add((device, new(Next, DeviceRole.Container), IntakeHost.Start.AddMinutes(-30), null));
        using var socket = await node.ConnectAsync();

        await socket.SendAsync(Jt600Encoder.Record(Id, new()
        {
            Kind = MessageKind.Position,
            Record = record,
            Time = IntakeHost.Start.AddMinutes(minutes),
            Valid = true,
            Position = new(248_607_000, 670_099_000),
            DeviceSerial = 7,
        }));
        await socket.ExpectAsync("(P69,0,7)");

        var kept = Assert.Single(
            (await node.LaneAsync("live")).Concat(await node.LaneAsync("late")));
        Assert.True(kept.Unit?.Number == unit, when);
        Assert.True(kept.IsEvidence == (unit is not null && evidence), when);
    }
}
