namespace Rahdari.Corridors.Loading;

/// <summary>
/// Reads a row of <c>judging.yaml</c>, a function a group of keys. What a row does not state keeps its default; what
/// it states has to agree with the rest of the row.
/// </summary>
static class JudgingReading
{
    const int Day = 86_400, Week = 7 * Day;
    const string SlowSlide = "learnedSlowSlideSeconds";

    /// <summary>
    /// Seconds of its way that judging remembers of a device; what would have to be seen for longer is never seen.
    /// </summary>
    internal const int WaySeconds = 360;

    /// <summary>Metres of that way: a loaded truck is not counted on to go faster than 60 km/h for long.</summary>
    internal const int WayMetres = WaySeconds * 60_000 / 3_600;

    /// <summary>Seconds over which places are held against speed and course; over longer these err too much.</summary>
    internal const int ReckonedSeconds = 1_500;

    /// <summary>Of a device that reports as often as it is reckoned with, no more of it is remembered.</summary>
    internal const int ReckonedOftenSeconds = 780;

    public static JudgingRules Judging(YamlMap map)
    {
        var rules = new JudgingRules
        {
            OffCorridorEnterMetresBeyond = map.Int("offCorridorEnterMetresBeyond", 0, 100_000),
            OffCorridorLeaveMetresBeyond = map.Int("offCorridorLeaveMetresBeyond", 0, 100_000),
            OffCorridorFixes = map.Int("offCorridorFixes", 1, 100),
            OffCorridorSeconds = map.Int("offCorridorSeconds", 0, Day),
            StopRadiusMetres = map.Int("stopRadiusMetres", 10, 10_000),
            StopSeconds = map.Int("stopSeconds", 60, Week),
            StopSpeedMetresPerHour = map.Int("stopSpeedMetresPerHour", 0, 50_000),
            SilenceSeconds = map.Int("silenceSeconds", 60, Week),
            ImplausibleSpeedMetresPerHour = map.Int("implausibleSpeedMetresPerHour", 10_000, 2_000_000),
            ImplausibleMinimumMetres = map.Int("implausibleMinimumMetres", 10, 1_000_000),
            FutureToleranceSeconds = map.Int("futureToleranceSeconds", 0, Day),
            OldestRecordDays = map.Int("oldestRecordDays", 1, 3_660),
            MinimumSatellites = map.Int("minimumSatellites", 0, 30),
        };
        rules = Implausible(map, rules);
        rules = Learned(map, rules);
        rules = WrongDirection(map, rules);
        rules = Stops(map, rules);
        rules = Silence(map, rules);
        rules = Receivers(map, rules);
        rules = Apart(map, rules);
        rules = Together(map, rules);
        rules = Drift(map, rules);
        rules = Records(map, rules);
        rules = Telling(map, rules);
        Gap(map, rules);
        return rules;
    }

    static JudgingRules Implausible(YamlMap map, JudgingRules rules)
    {
        rules = rules with
        {
            ImplausibleConvincingFixes = Or(
                map, "implausibleConvincingFixes", 2, 100, rules.ImplausibleConvincingFixes),
            ImplausibleProbationSeconds = Or(
                map, "implausibleProbationSeconds", 0, Day, rules.ImplausibleProbationSeconds),
            ImplausibleContradictedFixes = Or(
                map, "implausibleContradictedFixes", 2, 10_000, rules.ImplausibleContradictedFixes),
            ImplausibleFarMetres = Or(map, "implausibleFarMetres", 0, 1_000_000, rules.ImplausibleFarMetres),
            ImplausibleSeldomSeconds = Or(map, "implausibleSeldomSeconds", 0, Day, rules.ImplausibleSeldomSeconds),
            ImplausibleAgainSeconds = Or(map, "implausibleAgainSeconds", 0, Day, rules.ImplausibleAgainSeconds),
            ReportGapSeconds = Or(map, "reportGapSeconds", 60, Day, rules.ReportGapSeconds),
        };
        NoMore(map, "implausibleConvincingFixes", rules.ImplausibleConvincingFixes,
            "implausibleContradictedFixes", rules.ImplausibleContradictedFixes);
        return rules;
    }

    static JudgingRules Learned(YamlMap map, JudgingRules rules)
    {
        rules = rules with
        {
            LearnedEnterMetresBeyond = Or(map, "learnedEnterMetresBeyond", 0, 10_000, rules.LearnedEnterMetresBeyond),
            LearnedLeaveMetresBeyond = Or(map, "learnedLeaveMetresBeyond", 0, 10_000, rules.LearnedLeaveMetresBeyond),
            LearnedReflectionMetres = Or(map, "learnedReflectionMetres", 0, 10_000, rules.LearnedReflectionMetres),
            // That it was driven there is asked of speed and course, from when it left on.
            LearnedReflectionSeconds = Or(
                map, "learnedReflectionSeconds", 0, ReckonedOftenSeconds, rules.LearnedReflectionSeconds),
            // No slide is looked for over longer: nothing is left to wait for.
            LearnedSlideSeconds = Or(map, "learnedSlideSeconds", 0, ReckonedSeconds, rules.LearnedSlideSeconds),
            LearnedSlowSlideSeconds = Or(
                map, SlowSlide, 0, ReckonedSeconds, rules.LearnedSlowSlideSeconds),
            LearnedSlowSlideMetresPerHour = Or(
                map, "learnedSlowSlideMetresPerHour", 0, 1_000_000, rules.LearnedSlowSlideMetresPerHour),
            LearnedDisprovedPerCent = Or(map, "learnedDisprovedPerCent", 1, 100, rules.LearnedDisprovedPerCent),
            OffCorridorSeldomSeconds = Or(map, "offCorridorSeldomSeconds", 60, Day, rules.OffCorridorSeldomSeconds),
        };
        // A pack that does not know it goes on as it did.
        if (!map.Has(SlowSlide))
            rules = rules with
            {
                LearnedSlowSlideSeconds = Math.Max(
                    rules.LearnedSlideSeconds, Math.Min(rules.LearnedSlowSlideSeconds, rules.ReportGapSeconds)),
            };
        if (rules.OffCorridorLeaveMetresBeyond > rules.OffCorridorEnterMetresBeyond)
            map.Fault("leaving must not need to be farther out than entering", "offCorridorLeaveMetresBeyond");
        NoMore(map, "learnedLeaveMetresBeyond", rules.LearnedLeaveMetresBeyond,
            "learnedEnterMetresBeyond", rules.LearnedEnterMetresBeyond);
        NoMore(map, "learnedReflectionSeconds", rules.LearnedReflectionSeconds,
            "learnedSlideSeconds", rules.LearnedSlideSeconds);
        NoMore(map, "learnedSlideSeconds", rules.LearnedSlideSeconds,
            SlowSlide, rules.LearnedSlowSlideSeconds);
        return rules;
    }

    static JudgingRules WrongDirection(YamlMap map, JudgingRules rules) => rules with
    {
        WrongDirectionMetres = Or(map, "wrongDirectionMetres", 100, 1_000_000, rules.WrongDirectionMetres),
        WrongDirectionAccuracyPerCent = Or(
            map, "wrongDirectionAccuracyPerCent", 0, 100, rules.WrongDirectionAccuracyPerCent),
        WrongDirectionFixes = Or(map, "wrongDirectionFixes", 1, 100, rules.WrongDirectionFixes),
        WrongDirectionForwardPerCent = Or(
            map, "wrongDirectionForwardPerCent", 1, 100, rules.WrongDirectionForwardPerCent),
    };

    static JudgingRules Stops(YamlMap map, JudgingRules rules) => rules with
    {
        NightStopSeconds = Or(map, "nightStopSeconds", 60, Week, rules.NightStopSeconds),
        NightFromHour = Or(map, "nightFromHour", 0, 23, rules.NightFromHour),
        NightUntilHour = Or(map, "nightUntilHour", 0, 23, rules.NightUntilHour),
        StopEdgeMetres = Or(map, "stopEdgeMetres", 0, 10_000, rules.StopEdgeMetres),
    };

    static JudgingRules Silence(YamlMap map, JudgingRules rules)
    {
        rules = rules with
        {
            SilenceOnItsWaySeconds = Or(map, "silenceOnItsWaySeconds", 0, Day, rules.SilenceOnItsWaySeconds),
            UncoveredSilenceSeconds = Or(map, "uncoveredSilenceSeconds", 60, Week, rules.UncoveredSilenceSeconds),
            SilenceOverlapSeconds = Or(map, "silenceOverlapSeconds", 0, Day, rules.SilenceOverlapSeconds),
            SilencePassedKilometres = Or(map, "silencePassedKilometres", 0, 1_000, rules.SilencePassedKilometres),
            SilenceLeftBehindTimes = Or(map, "silenceLeftBehindTimes", 1, 100, rules.SilenceLeftBehindTimes),
            SilenceLongestHoleMetres = Or(
                map, "silenceLongestHoleMetres", 0, 1_000_000, rules.SilenceLongestHoleMetres),
            SilenceUnknownTimes = Or(map, "silenceUnknownTimes", 1, 100, rules.SilenceUnknownTimes),
            UncoveredPerCent = Or(map, "uncoveredPerCent", 0, 100, rules.UncoveredPerCent),
            UncoveredBehindKilometres = Or(map, "uncoveredBehindKilometres", 0, 100, rules.UncoveredBehindKilometres),
            UncoveredAheadKilometres = Or(map, "uncoveredAheadKilometres", 0, 100, rules.UncoveredAheadKilometres),
            UncoveredKilometresPerHour = Or(
                map, "uncoveredKilometresPerHour", 0, 200, rules.UncoveredKilometresPerHour),
            UncoveredPlaceSeconds = Or(map, "uncoveredPlaceSeconds", 0, Day, rules.UncoveredPlaceSeconds),
        };
        // The default is no statement that could contradict a longer silence.
        if (map.Has("uncoveredSilenceSeconds"))
            NoMore(map, "silenceSeconds", rules.SilenceSeconds,
                "uncoveredSilenceSeconds", rules.UncoveredSilenceSeconds);
        return rules;
    }

    static JudgingRules Receivers(YamlMap map, JudgingRules rules) => rules with
    {
        FrozenFixes = Or(map, "frozenFixes", 2, 1_000, rules.FrozenFixes),
        FrozenSeconds = Or(map, "frozenSeconds", 0, Day, rules.FrozenSeconds),
        // The other device has to have gone on so far while it is remembered where it passed this one.
        FrozenLeftBehindMetres = Or(map, "frozenLeftBehindMetres", 10, WayMetres, rules.FrozenLeftBehindMetres),
        // As long before the place as after it.
        FrozenStoppedSeconds = Or(map, "frozenStoppedSeconds", 0, WaySeconds / 2, rules.FrozenStoppedSeconds),
        HeldAsideMetres = Or(map, "heldAsideMetres", 10, 1_000_000, rules.HeldAsideMetres),
        JammingSeconds = Or(map, "jammingSeconds", 0, Day, rules.JammingSeconds),
        JammingFixes = Or(map, "jammingFixes", 1, 100, rules.JammingFixes),
        JammingObstructedTimes = Or(map, "jammingObstructedTimes", 1, 100, rules.JammingObstructedTimes),
        BatteryRecoveredPerCent = Or(map, "batteryRecoveredPerCent", 1, 100, rules.BatteryRecoveredPerCent),
    };

    static JudgingRules Apart(YamlMap map, JudgingRules rules) => rules with
    {
        // Whether either of two has moved is asked of twice as much of its way.
        ApartMetres = Or(map, "apartMetres", 10, WayMetres / 2, rules.ApartMetres),
        ApartSeconds = Or(map, "apartSeconds", 0, Day, rules.ApartSeconds),
        ApartFixes = Or(map, "apartFixes", 1, 100, rules.ApartFixes),
        ApartTogetherPerCent = Or(map, "apartTogetherPerCent", 1, 100, rules.ApartTogetherPerCent),
        ApartSlowlySeconds = Or(map, "apartSlowlySeconds", 60, Day, rules.ApartSlowlySeconds),
        // No slide is looked for over longer.
        ApartReckonedSeconds = Or(map, "apartReckonedSeconds", 0, ReckonedSeconds, rules.ApartReckonedSeconds),
        // Driven on the way that is remembered.
        ApartMovingMetres = Or(map, "apartMovingMetres", 10, WayMetres, rules.ApartMovingMetres),
        ApartParallelSeconds = Or(map, "apartParallelSeconds", 0, 7_200, rules.ApartParallelSeconds),
    };

    static JudgingRules Together(YamlMap map, JudgingRules rules)
    {
        rules = rules with { SwapSeconds = Or(map, "swapSeconds", 60, 7_200, rules.SwapSeconds) };
        // Two trucks that pass each other are no swap.
        if (rules.SwapSeconds < 2 * rules.ApartSeconds)
            map.Fault(
                $"'swapSeconds' ({rules.SwapSeconds}) must not be less than twice 'apartSeconds' "
                + $"({rules.ApartSeconds})",
                map.Has("swapSeconds") ? "swapSeconds" : "apartSeconds");
        return rules;
    }

    static JudgingRules Drift(YamlMap map, JudgingRules rules)
    {
        rules = rules with
        {
            DriftMetresPerHour = Or(map, "driftMetresPerHour", 0, 200_000, rules.DriftMetresPerHour),
            DriftSlideMetresPerHour = Or(map, "driftSlideMetresPerHour", 0, 200_000, rules.DriftSlideMetresPerHour),
            DriftSlideMetres = Or(map, "driftSlideMetres", 10, 100_000, rules.DriftSlideMetres),
            DriftReflectionMetres = Or(map, "driftReflectionMetres", 0, 100_000, rules.DriftReflectionMetres),
            DriftAstrayMetres = Or(map, "driftAstrayMetres", 0, 1_000_000, rules.DriftAstrayMetres),
            DriftLongestSeconds = Or(map, "driftLongestSeconds", 60, Week, rules.DriftLongestSeconds),
            DriftBeginsSeconds = Or(map, "driftBeginsSeconds", 0, ReckonedSeconds, rules.DriftBeginsSeconds),
        };
        NoMore(map, "driftSlideMetres", rules.DriftSlideMetres, "driftReflectionMetres", rules.DriftReflectionMetres);
        NoMore(map, "driftReflectionMetres", rules.DriftReflectionMetres, "driftAstrayMetres", rules.DriftAstrayMetres);
        return rules;
    }

    static JudgingRules Records(YamlMap map, JudgingRules rules) => rules with
    {
        PlanMetresPerHour = Or(map, "planMetresPerHour", 0, 200_000, rules.PlanMetresPerHour),
        BehindPlanSeconds = Or(map, "behindPlanSeconds", 60, 2_592_000, rules.BehindPlanSeconds),
        BehindPlanFixes = Or(map, "behindPlanFixes", 1, 100, rules.BehindPlanFixes),
        BehindPlanRecoveredPerCent = Or(map, "behindPlanRecoveredPerCent", 0, 100, rules.BehindPlanRecoveredPerCent),
        OfficeZoneAsideMetres = Or(map, "officeZoneAsideMetres", 0, 1_000_000, rules.OfficeZoneAsideMetres),
        OfficeZoneFixes = Or(map, "officeZoneFixes", 1, 100, rules.OfficeZoneFixes),
        OfficeZoneEndMetres = Or(map, "officeZoneEndMetres", 0, 100_000, rules.OfficeZoneEndMetres),
        OfficeRecordSeconds = Or(map, "officeRecordSeconds", 60, Week, rules.OfficeRecordSeconds),
        OpeningBeforeSeconds = Or(map, "openingBeforeSeconds", 0, Day, rules.OpeningBeforeSeconds),
        OpeningAfterSeconds = Or(map, "openingAfterSeconds", 0, Day, rules.OpeningAfterSeconds),
        OpeningPlaceSeconds = Or(map, "openingPlaceSeconds", 0, Day, rules.OpeningPlaceSeconds),
        OpeningFirstPlaceSeconds = Or(map, "openingFirstPlaceSeconds", 0, Day, rules.OpeningFirstPlaceSeconds),
    };

    static JudgingRules Telling(YamlMap map, JudgingRules rules) => rules with
    {
        FloodCauses = Or(map, "floodCauses", 1, 1_000, rules.FloodCauses),
        FloodSeconds = Or(map, "floodSeconds", 0, Day, rules.FloodSeconds),
        TamperingApartSeconds = Or(map, "tamperingApartSeconds", 0, Day, rules.TamperingApartSeconds),
        EscalateCriticalSeconds = Or(map, "escalateCriticalSeconds", 0, Week, rules.EscalateCriticalSeconds),
        EscalateWarningSeconds = Or(map, "escalateWarningSeconds", 0, Week, rules.EscalateWarningSeconds),
        EscalateNoticeSeconds = Or(map, "escalateNoticeSeconds", 0, Week, rules.EscalateNoticeSeconds),
    };

    /// <summary>
    /// Two records that lie as far apart as a cause has to last must be able to show it: else a device that reports no
    /// oftener is never told of, and nobody learns why.
    /// </summary>
    static void Gap(YamlMap map, JudgingRules rules)
    {
        (string Key, int Seconds)[] lasting =
        [
            ("offCorridorSeconds", rules.OffCorridorSeconds),
            ("offCorridorSeldomSeconds", rules.OffCorridorSeldomSeconds),
            .. map.Has(SlowSlide) ? new[] { (SlowSlide, rules.LearnedSlowSlideSeconds) } : [],
            ("jammingSeconds", rules.JammingSeconds),
            ("apartSeconds", rules.ApartSeconds),
        ];
        foreach (var (key, seconds) in lasting)
            NoMore(map, key, seconds, "reportGapSeconds", rules.ReportGapSeconds);
    }

    static int Or(YamlMap map, string key, int least, int most, int absent) =>
        map.OptionalInt(key, least, most) ?? absent;

    /// <summary>Of two values that belong together the one must not exceed the other, stated or not.</summary>
    static void NoMore(YamlMap map, string lesser, int value, string greater, int bound)
    {
        if (value > bound)
            map.Fault(
                $"'{lesser}' ({value}) must not be more than '{greater}' ({bound})",
                map.Has(lesser) ? lesser : greater);
    }
}
