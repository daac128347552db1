using Rahdari.Corridors;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Measures;

/// <summary>How a promise stands, computed from recorded events and never entered by hand.</summary>
public enum MeasureStatus { Met, NotMet, NotMeasurable }

/// <summary>How many of how many.</summary>
/// <param name="Unit">What is counted: <c>declarations</c> or <c>units</c>.</param>
sealed record MeasureValue(long Count, long Of, string Unit)
{
    /// <summary>Rounded half up; 0 where there is nothing to count.</summary>
    public long PerMillion => Of == 0 ? 0 : (Count * 1_000_000 + Of / 2) / Of;

    /// <summary>Tenths of a percent as text, for sentences.</summary>
    public string Percent
    {
        get
        {
            var tenths = (PerMillion + 500) / 1000;
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{tenths / 10}.{tenths % 10}");
        }
    }

    /// <summary>The same by the way it is known; empty where there is but one. What is known by two is in both.
    /// </summary>
    public IReadOnlyList<WayValue> Ways { get; init; } = [];
}

/// <summary>What devices said themselves, or what vendors' platforms passed on.</summary>
/// <param name="Way"><c>direct</c> or <c>relayed</c>.</param>
/// <param name="Count">Of the units counted, those heard so since their gate-out, whatever else told of them.</param>
/// <param name="Alerts">Alerts that such records gave cause to since the promise.</param>
sealed record WayValue(string Way, long Count, long Alerts)
{
    /// <summary>Catalogue key of its sentence.</summary>
    public string TextKey => Way == "direct" ? "measure.way.direct" : "measure.way.relayed";
}

/// <summary>What was promised.</summary>
/// <param name="By">Whose promise it is: its own movements are counted, on every node that reads them.</param>
/// <param name="Since">What happened before is not held against the promise.</param>
/// <param name="Source">Where the promise stands, in our words.</param>
sealed record Promise(AdministrationId By, DateTimeOffset Since, string Source)
{
    /// <summary>
    /// The four measures for transit were promised in April 2025 (the sources give the month) and their carrying out
    /// was reviewed by the two additional secretaries on 7 July 2025. They count from the first day after that month.
    /// </summary>
    public static readonly Promise OfApril2025 = new(
        new("pk"), new(2025, 5, 1, 0, 0, 0, TimeSpan.Zero),
        "announced in April 2025, under review on 7 July 2025 (report of the Islamabad talks of that day)");
}

/// <param name="ReasonKey">Catalogue key of one sentence; its arguments carry every number it needs.</param>
sealed record MeasureResult(
    string Id, MeasureStatus Status, string ReasonKey, IReadOnlyDictionary<string, object> ReasonArgs,
    MeasureValue Value)
{
    public string TitleKey => $"measure.{Id}.title";
}

/// <summary>One measure: a named question over the record.</summary>
interface IMeasure
{
    string Id { get; }

    Promise Promise { get; }

    Task<MeasureResult> ComputeAsync(IDesk desk, CorridorPack pack, DateTimeOffset now, CancellationToken cancel);
}
