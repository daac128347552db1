using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

public sealed class SwapTests
{
    static readonly DeviceId OtherLock = SwapTrips.OtherLock;
    static readonly DeviceId OtherTracker = SwapTrips.OtherTracker;
    static readonly UnitId OtherUnit = SwapTrips.OtherUnit;

    static readonly PairedUnit One = Paired(Unit, SealDevice, Tracker);
    static readonly PairedUnit Other = Paired(OtherUnit, OtherLock, OtherTracker);

    [Fact]
    public void Two_locks_that_ride_each_with_the_other_truck_are_swapped()
    {
        var shown = Find(Trips(lockOfOneOnFast: false))!;
        // Ten minutes once neither lies on the other’s way of the last minutes.
        Assert.InRange(Minute(shown.From), 5, 10);
        Assert.InRange((shown.Until - shown.From).TotalSeconds, 600, 700);
        Assert.True(shown.ApartMetres > RoadRules.ApartMetres);
        Assert.True(shown.TogetherMetres <= RoadRules.ApartMetres / 2);

        var told = Swap.Raise(One, Other, shown);
        Assert.Equal((Unit, (UnitId?)OtherUnit, AlertKind.DevicesSwapped), (told.Unit, told.OtherUnit, told.Kind));
        Assert.Equal("10", told.Sentence.Args[told.Sentence.Args.ToList().IndexOf("minutes") + 1]);
        foreach (var device in new[] { SealDevice, Tracker, OtherLock, OtherTracker })
            Assert.Contains(device.ToString(), told.Sentence.Args);
    }

    [Fact]
    public void The_order_and_repetition_of_records_change_nothing()
    {
        var trips = Trips(lockOfOneOnFast: false);
        var expected = Find(trips);
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            Assert.Equal(expected, Find([.. trips.Concat(trips.Take(40)).OrderBy(_ => random.Next())]));
        }
    }

    [Fact]
    public void Devices_that_stay_with_their_own_are_not_swapped_however_near_the_trucks_come()
    {
        Assert.Null(Find(Trips(lockOfOneOnFast: true)));
        // Side by side for half an hour: each is near both, and apart from neither.
        Assert.Null(Find([.. Enumerable.Range(0, 30).SelectMany(m =>
            new[] { SealDevice, Tracker, OtherLock, OtherTracker }.Select((d, i) => Fix(m + i * 0.1, 10 + m, 20 * i,
                device: d)))]));
    }

    [Fact]
    public void One_lock_on_another_truck_is_no_swap()
    {
        // The other unit's lock rides with its own truck still: somebody carries one lock, nobody exchanged two.
        var trips = Trips(lockOfOneOnFast: false).Where(f => f.Device != OtherLock)
            .Concat(Ride(OtherLock, speed: 0.2, offset: 0.2));
        Assert.Null(Find([.. trips]));
    }

    [Fact]
    public void Less_than_the_time_the_rules_ask_for_is_no_swap()
    {
        Assert.Null(Find([.. Trips(lockOfOneOnFast: false).Where(f => Minute(f.JudgedAt) < 15)]));
    }

    [Fact]
    public void A_name_is_of_the_fitting_and_of_how_many_were_before()
    {
        Assert.Equal(Swap.IdOf(One, Other), Swap.IdOf(Paired(Unit, SealDevice, Tracker), Other));
        var later = One with { Container = One.Container with { From = Start.AddMinutes(1) } };
        Assert.NotEqual(Swap.IdOf(One, Other), Swap.IdOf(later, Other));
        Assert.NotEqual(Swap.IdOf(One, Other), Swap.IdOf(One, Other, again: 1));
    }

    [Fact]
    public void It_is_over_once_devices_ride_with_their_own_again_and_the_next_one_is_another()
    {
        var trips = SwapTrips.Between(0, 150).ToList();
        foreach (var fixes in new[] { trips, [.. trips.Concat(trips.Take(40)).OrderBy(f => f.Device.ToString())] })
        {
            var swaps = Swap.Over(One, Other, fixes.Select(JudgedRecord.Of), RoadRules);
            Assert.Equal(2, swaps.Count);
            Assert.InRange(Minute(swaps[0].From), 3, 12);
            // Out of the yard in which the locks were put back, and a way made.
            Assert.InRange(Minute(swaps[0].EndedAt!.Value), 60, 70);
            Assert.InRange(Minute(swaps[1].From), 115, 125);
            Assert.Null(swaps[1].EndedAt);
        }
    }

    [Fact]
    public void Trucks_side_by_side_with_swapped_devices_do_not_end_it() =>
        // Both stand in one place from 54 on, the locks still swapped.
        Assert.Null(Assert.Single(Swap.Over(
            One, Other, SwapTrips.Between(0, 59, put: 1_000).Select(JudgedRecord.Of), RoadRules)).EndedAt);

    [Fact]
    public void Back_with_its_own_while_the_other_truck_is_not_heard_it_is_over() =>
        Assert.NotNull(Assert.Single(Swap.Over(
            One, Other,
            SwapTrips.Between(0, 84).Where(f => Minute(f.JudgedAt) < 56 || f.Unit == Unit).Select(JudgedRecord.Of),
            RoadRules)).EndedAt);

    static SwapShown? Find(IReadOnlyList<JournaledFix> fixes) =>
        Swap.Over(One, Other, fixes.Select(JudgedRecord.Of), RoadRules).SingleOrDefault();

    /// <summary>Two trucks leave one place, the first one five times as fast.</summary>
    static List<JournaledFix> Trips(bool lockOfOneOnFast) =>
    [
        .. Ride(Tracker, speed: 1.0, offset: 0),
        .. Ride(SealDevice, speed: lockOfOneOnFast ? 1.0 : 0.2, offset: 0.1),
        .. Ride(OtherTracker, speed: 0.2, offset: 0.3),
        .. Ride(OtherLock, speed: lockOfOneOnFast ? 0.2 : 1.0, offset: 0.2),
    ];

    /// <summary>Kilometres a minute, a record each minute.</summary>
    static IEnumerable<JournaledFix> Ride(DeviceId device, double speed, double offset) =>
        Enumerable.Range(0, 40).Select(m => m + offset).Select(m => Fix(m, 10 + m * speed, device: device));

    static PairedUnit Paired(UnitId unit, DeviceId container, DeviceId mover)
    {
        FollowedDevice[] devices =
        [
            new(container, DeviceRole.Container, Start, null), new(mover, DeviceRole.PrimeMover, Start, null),
        ];
        return new(new(unit, RouteId, Start, null, null, devices), devices[0], devices[1]);
    }
}
