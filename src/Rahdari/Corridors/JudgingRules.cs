namespace Rahdari.Corridors;

/// <summary>
/// Parameters of the alarm rules, as a row of <c>judging.yaml</c> states them, each key the name of its property;
/// metres, seconds, metres per hour, parts in a hundred. What a row need not state has a default here. A record is
/// judged by the row in force at its own time, what only time shows by the row of that time.
/// </summary>
public sealed record JudgingRules
{
    // Which records and positions are believed.

    public required int FutureToleranceSeconds { get; init; }
    public required int OldestRecordDays { get; init; }

    /// <summary>A fix that names fewer satellites is not believed; one that names none is.</summary>
    public int MinimumSatellites { get; init; } = 4;

    public required int ImplausibleSpeedMetresPerHour { get; init; }
    public required int ImplausibleMinimumMetres { get; init; }

    /// <summary>
    /// That many positions in a row which cannot have been reached, agree among themselves and go on for that time are
    /// where the unit is: spoofed and reflected positions last minutes.
    /// </summary>
    public int ImplausibleConvincingFixes { get; init; } = 3;
    public int ImplausibleProbationSeconds { get; init; } = 900;

    /// <summary>So many where the unit's other device speaks against them, which may itself be led astray.</summary>
    public int ImplausibleContradictedFixes { get; init; } = 60;

    /// <summary>
    /// A leap farther than this is told of at once, and one of a device that had not reported for so long: nearer, a
    /// later record has to show it too, in which time the unit's other device reports as well.
    /// </summary>
    public int ImplausibleFarMetres { get; init; } = 10_000;
    public int ImplausibleSeldomSeconds { get; init; } = 200;
    public int ImplausibleAgainSeconds { get; init; } = 60;

    /// <summary>
    /// Records farther apart show no cause that lasted between them: a device that reports each ten minutes, and one
    /// report lost on half the way.
    /// </summary>
    public int ReportGapSeconds { get; init; } = 900;

    // Off the corridor.

    public required int OffCorridorEnterMetresBeyond { get; init; }
    public required int OffCorridorLeaveMetresBeyond { get; init; }
    public required int OffCorridorFixes { get; init; }
    public required int OffCorridorSeconds { get; init; }

    /// <summary>
    /// Of a device that reports no oftener than this two records are enough: kilometres lie between them, and the third
    /// comes too late.
    /// </summary>
    public int OffCorridorSeldomSeconds { get; init; } = 200;

    /// <summary>The same margins where the corridor is learned and hardly wider than receivers err.</summary>
    public int LearnedEnterMetresBeyond { get; init; } = 25;
    public int LearnedLeaveMetresBeyond { get; init; }

    /// <summary>
    /// Off a learned corridor a reflected signal pulls a receiver aside by no more than this, and for no longer:
    /// farther out it is told at once, nearer after that time.
    /// </summary>
    public int LearnedReflectionMetres { get; init; } = 200;
    public int LearnedReflectionSeconds { get; init; } = 480;

    /// <summary>
    /// Told after this without the proof of the device's own speed and course: a slide of two metres a second has
    /// outgrown by then what these err by. One that nowhere went out faster than that needs longer: at less than a
    /// metre a second, of two devices together. Where they then disprove this part of the way out it is not told.
    /// </summary>
    public int LearnedSlideSeconds { get; init; } = 540;
    public int LearnedSlowSlideSeconds { get; init; } = 720;
    public int LearnedSlowSlideMetresPerHour { get; init; } = 7_200;
    public int LearnedDisprovedPerCent { get; init; } = 60;

    // Wrong direction.

    /// <summary>
    /// Back along the route, by so much and this part of what the line drawn may be wrong by: it leads some way back
    /// and forth beside a road that does not.
    /// </summary>
    public int WrongDirectionMetres { get; init; } = 2_500;
    public int WrongDirectionAccuracyPerCent { get; init; } = 25;

    /// <summary>So many records show it.</summary>
    public int WrongDirectionFixes { get; init; } = 2;

    /// <summary>Forward again by this part of what counts as backward.</summary>
    public int WrongDirectionForwardPerCent { get; init; } = 40;

    // Stops.

    public required int StopRadiusMetres { get; init; }
    public required int StopSeconds { get; init; }
    public required int StopSpeedMetresPerHour { get; init; }

    /// <summary>Standing by night, outside allowed stops, longer than this is an incident.</summary>
    public int NightStopSeconds { get; init; } = 1_800;

    /// <summary>Local hours (of the exit office's zone) at which the night begins and ends.</summary>
    public int NightFromHour { get; init; } = 22;
    public int NightUntilHour { get; init; } = 4;

    /// <summary>Standing so far outside an allowed stop is standing in it: what receivers err by at its edge.</summary>
    public int StopEdgeMetres { get; init; } = 100;

    // Silence.

    public required int SilenceSeconds { get; init; }

    /// <summary>Longest that a report takes while there is coverage, with one repetition: it is still on its way.
    /// </summary>
    public int SilenceOnItsWaySeconds { get; init; } = 120;

    /// <summary>
    /// Silence allowed where the device was last heard before a stretch learned to be without coverage: what it takes
    /// to pass, and to rest in it.
    /// </summary>
    public int UncoveredSilenceSeconds { get; init; } = 36_000;

    /// <summary>
    /// Heard for so long after this one fell silent, the unit's other device tells where this one should be heard.
    /// </summary>
    public int SilenceOverlapSeconds { get; init; } = 600;

    /// <summary>So far behind the end of a stretch without coverage a device has been heard again.</summary>
    public int SilencePassedKilometres { get; init; } = 6;

    /// <summary>
    /// Where the other device has passed a stretch without coverage this one may have been left there, which is told of
    /// once it is heard again: so many times the limit, longer than a tractor is waited for, or a night is slept.
    /// </summary>
    public int SilenceLeftBehindTimes { get; init; } = 6;

    /// <summary>
    /// Where coverage was not learned: no stretch without it is taken to be longer, and as many times the limit pass
    /// it, with a rest on the way.
    /// </summary>
    public int SilenceLongestHoleMetres { get; init; } = 40_000;
    public int SilenceUnknownTimes { get; init; } = 4;

    /// <summary>Where a smaller part of the reports is heard there is no coverage to rely on.</summary>
    public int UncoveredPerCent { get; init; } = 60;

    /// <summary>How far before and after the place it was last heard from a device may be in such a stretch.</summary>
    public int UncoveredBehindKilometres { get; init; } = 2;
    public int UncoveredAheadKilometres { get; init; } = 5;

    /// <summary>
    /// Farther ahead by what it goes at this pace, kilometres an hour, from one of its reports to the next: a loaded
    /// truck goes no faster for long.
    /// </summary>
    public int UncoveredKilometresPerHour { get; init; } = 70;

    /// <summary>
    /// A place older than this, when the device fell silent, is near no stretch: at that pace it may have gone on
    /// beyond what lies ahead of it, and silence after a time without places is what a jammer leaves.
    /// </summary>
    public int UncoveredPlaceSeconds { get; init; } = 3_600;

    // Receivers that stand still or see nothing, and batteries.

    /// <summary>So many positions in a row that are the very same are a receiver that stands still.</summary>
    public int FrozenFixes { get; init; } = 3;

    /// <summary>For as long at least, while speed or the other device says that the unit moves.</summary>
    public int FrozenSeconds { get; init; } = 300;

    /// <summary>
    /// The other device, gone on farther than that, tells that the unit moves, unless it had stopped for so long where
    /// this one stands still.
    /// </summary>
    public int FrozenLeftBehindMetres { get; init; } = 600;
    public int FrozenStoppedSeconds { get; init; } = 120;

    /// <summary>
    /// Heard again after a gap, so far from the unit's other device, a device that stands names an old place: farther
    /// than a vehicle goes in what two clocks differ by.
    /// </summary>
    public int HeldAsideMetres { get; init; } = 5_000;

    /// <summary>Without a valid position while records come, where the device does not tell of jamming.</summary>
    public int JammingSeconds { get; init; } = 420;

    /// <summary>So many records show it.</summary>
    public int JammingFixes { get; init; } = 3;

    /// <summary>
    /// Where the other device sees the sky, or the unit stood before, it is rather rocks or a roof than a jammer: so
    /// many times as long.
    /// </summary>
    public int JammingObstructedTimes { get; init; } = 2;

    /// <summary>
    /// Charged to more than this a low battery is over: twice the level at which the manual of the JT701D sets its own
    /// alarm.
    /// </summary>
    public int BatteryRecoveredPerCent { get; init; } = 60;

    // Devices apart.

    /// <summary>Two devices of a unit farther apart than this for longer than that have parted.</summary>
    public int ApartMetres { get; init; } = 300;
    public int ApartSeconds { get; init; } = 300;

    /// <summary>So many records show it.</summary>
    public int ApartFixes { get; init; } = 3;

    /// <summary>
    /// As near as this part of <see cref="ApartMetres"/>, given the noise of two receivers, they are together.
    /// </summary>
    public int ApartTogetherPerCent { get; init; } = 50;

    /// <summary>What a slide takes from together to apart; of a longer time it is not known how they parted.</summary>
    public int ApartSlowlySeconds { get; init; } = 1_200;

    /// <summary>
    /// Two that move side by side, and no farther apart than a slide makes, have parted once they did for so long: as
    /// long as a place is led astray.
    /// </summary>
    public int ApartParallelSeconds { get; init; } = 3_600;

    /// <summary>In which speed and course show a slide that made the place of one of them move.</summary>
    public int ApartReckonedSeconds { get; init; } = 1_200;

    /// <summary>Farther than this in some minutes is driving.</summary>
    public int ApartMovingMetres { get; init; } = 1_000;

    /// <summary>
    /// Devices of two units that ride each with the other's for so long are swapped: twice what parting needs, so that
    /// two trucks that pass each other are no swap.
    /// </summary>
    public int SwapSeconds { get; init; } = 600;

    // Drift.

    /// <summary>No vehicle leaves another as slowly as this: what does is a position that slides.</summary>
    public int DriftMetresPerHour { get; init; } = 18_000;

    /// <summary>A position slides no faster; what goes farther between two reports leaps.</summary>
    public int DriftSlideMetresPerHour { get; init; } = 18_000;

    /// <summary>Metres not driven that make a slide; no single leap may be as much as half of it.</summary>
    public int DriftSlideMetres { get; init; } = 300;

    /// <summary>A reflected signal leads no farther: a slide that did is told of.</summary>
    public int DriftReflectionMetres { get; init; } = 450;

    /// <summary>No position is led astray farther without being told of as a leap or a way aside.</summary>
    public int DriftAstrayMetres { get; init; } = 6_000;

    /// <summary>A slide that no leap ended in this time was none, or goes on unseen.</summary>
    public int DriftLongestSeconds { get; init; } = 3_600;

    /// <summary>
    /// A way off the corridor that began so long before a slide that was told of, at most, is that slide and no cause
    /// besides: a slide begins earlier than the places that show it.
    /// </summary>
    public int DriftBeginsSeconds { get; init; } = 300;

    // What was planned and recorded.

    /// <summary>
    /// The pace planned with from gate-out to the exit office, nights and rests included; zero plans nothing.
    /// </summary>
    public int PlanMetresPerHour { get; init; } = 12_000;

    /// <summary>Behind that pace by more than this is behind plan.</summary>
    public int BehindPlanSeconds { get; init; } = 43_200;

    /// <summary>So many records show it.</summary>
    public int BehindPlanFixes { get; init; } = 2;

    /// <summary>In plan again from this part of the tolerance on.</summary>
    public int BehindPlanRecoveredPerCent { get; init; } = 50;

    /// <summary>How long an office's record of gate-out or exit may follow the wheels.</summary>
    public int OfficeRecordSeconds { get; init; } = 1_800;

    /// <summary>
    /// A crossing whose zone lies farther from the route than this is not on its way; so many records show it there.
    /// </summary>
    public int OfficeZoneAsideMetres { get; init; } = 2_000;
    public int OfficeZoneFixes { get; init; } = 2;

    /// <summary>The end of the route is nearest to all that lies beyond it; receivers err by so much.</summary>
    public int OfficeZoneEndMetres { get; init; } = 100;

    /// <summary>
    /// How long before an office recorded what it did to a unit it may have opened it, and how long after.
    /// </summary>
    public int OpeningBeforeSeconds { get; init; } = 7_200;
    public int OpeningAfterSeconds { get; init; } = 3_600;

    /// <summary>Where a device opened without naming a place was: at its last one, if that is no older.</summary>
    public int OpeningPlaceSeconds { get; init; } = 3_600;

    /// <summary>
    /// Where nothing is known of what offices did, a device opened this soon, before any of the unit named a place, is
    /// in its yard: a few reports of a device that stands.
    /// </summary>
    public int OpeningFirstPlaceSeconds { get; init; } = 600;

    // What is told, and to whom.

    /// <summary>
    /// So many causes of one kind and device, each within this time of the one before, from which on they are counted
    /// to one alert.
    /// </summary>
    public int FloodCauses { get; init; } = 3;
    public int FloodSeconds { get; init; } = 600;

    /// <summary>Tampering shown by late records of one device farther apart than this is told twice.</summary>
    public int TamperingApartSeconds { get; init; } = 1_800;

    /// <summary>
    /// An alert that nobody acknowledges is escalated each time this passes, by its severity; zero: never.
    /// </summary>
    public int EscalateCriticalSeconds { get; init; } = 900;
    public int EscalateWarningSeconds { get; init; } = 3_600;
    public int EscalateNoticeSeconds { get; init; }
}
