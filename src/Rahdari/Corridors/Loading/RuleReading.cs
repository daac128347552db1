namespace Rahdari.Corridors.Loading;

/// <summary>Reads the <c>value</c> of one dated row, a function a file of rules.</summary>
static class RuleReading
{
    const int Whole = 1_000_000;

    // CL251.
    static readonly string[] GuaranteeTypes = ["0", "1", "2", "3", "4", "5", "8", "9", "A", "B", "J", "R"];

    public static SelectivityRules Selectivity(YamlMap map)
    {
        var profiles = new List<SelectivityProfile>();
        foreach (var row in map.Maps("profiles"))
        {
            var profile = new SelectivityProfile(
                row.Text("id"), Prefixes(row), row.Int("scanPerMillion", 0, Whole),
                row.Int("examinationPerMillion", 0, Whole), row.Text("reason"));
            if (profile.ScanPerMillion + profile.ExaminationPerMillion > Whole)
                row.Fault("scan and examination together exceed a million per million", "examinationPerMillion");
            if (profiles.Any(p => p.Id == profile.Id)) row.Fault($"profile '{profile.Id}' is there twice", "id");
            profiles.Add(profile);
            row.Done();
        }
        if (profiles.Count == 0) map.Fault("'profiles' must hold at least one profile", "profiles");
        return new(profiles);
    }

    public static GuaranteeRules Guarantee(YamlMap map)
    {
        var types = map.Strings("acceptedTypes");
        if (types.Count == 0 || types.Except(GuaranteeTypes).Any())
            map.Fault(
                $"'acceptedTypes' must hold types of CL251: {string.Join(' ', GuaranteeTypes)}", "acceptedTypes");
        return new(
            types, map.Int("amountPerMillionOfDuty", 0, 10 * Whole), map.Strings("insurerRatings"),
            map.Int("minimumValidityDays", 0, 3_660), Currency(map))
        {
            AcceptsInsurers = map.Flag("acceptsInsurers", absent: true),
        };
    }

    public static FeeRules Fee(YamlMap map) =>
        new(map.Text("id"), map.Int("ratePerMillion", 0, Whole), Prefixes(map), Currency(map));

    public static TransitRules Transit(YamlMap map) =>
        new(map.Int("timeLimitDays", 1, 366), map.Int("weightTolerancePerMillion", 0, Whole))
        {
            FollowBeyondExit = map.Flag("followBeyondExit", absent: false),
            ProvingFixes = map.OptionalInt("provingFixes", 1, TransitRules.MostProvingFixes)
                ?? TransitRules.Proving,
        };

    public static CommandRules Commands(YamlMap map) => new(
        map.Int("commandMinutes", 1, 24 * 60), map.Flag("remoteUnlock", absent: false),
        map.Int("positionSeconds", 10, 3_600));

    public static StockRules Stock(YamlMap map) => new(
        map.Int("bookingHours", 1, 24 * 60), map.Int("deadOnFitMinutes", 1, 24 * 60), map.Int("historyDays", 1, 366),
        map.Int("forecastDays", 1, 60), map.Int("turnaroundDays", 1, 366));

    public static DischargeRules Discharge(YamlMap map)
    {
        var waits = new Dictionary<EvidenceGrade, int>();
        var hours = map.Map("waitHours");
        foreach (var grade in Enum.GetValues<EvidenceGrade>().Where(g => g != EvidenceGrade.None))
            if (hours.OptionalInt(grade.ToString(), 0, 366 * 24) is { } wait) waits[grade] = wait;
        hours.Done();
        var rules = new DischargeRules(waits)
        {
            NodeAfterHours = map.OptionalInt("nodeAfterHours", 1, 366 * 24),
            NodeStopsAtClosure = map.Flag("nodeStopsAtClosure", absent: false),
        };
        if (rules is { NodeStopsAtClosure: true, NodeAfterHours: null })
            map.Fault("'nodeStopsAtClosure' says nothing without 'nodeAfterHours'", "nodeStopsAtClosure");
        return rules;
    }

    static IReadOnlyList<string> Prefixes(YamlMap map)
    {
        var prefixes = map.Strings("hsPrefixes");
        foreach (var prefix in prefixes)
            if (prefix.Length is < 2 or > 8 || !prefix.All(char.IsAsciiDigit))
                map.Fault($"'{prefix}' is no HS prefix of 2 to 8 digits", "hsPrefixes");
        return prefixes;
    }

    static string Currency(YamlMap map)
    {
        var currency = map.Text("currency");
        if (currency != "" && (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper)))
            map.Fault($"'currency' must be an ISO 4217 code, not '{currency}'", "currency");
        return currency;
    }
}
