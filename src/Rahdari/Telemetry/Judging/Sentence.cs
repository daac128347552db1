using System.Globalization;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The sentence that explains an alert: a catalogue key and its arguments, name then value in pairs. Values are whole
/// numbers, or identifiers as they are, so that every language can print them.
/// </summary>
/// <param name="Key">
/// <c>alert.KIND</c>, or <c>alert.KIND.unplaced</c> where it is not known how far along the route the unit was,
/// <c>alert.KIND.at-office</c> of an opening in the zone of an office that recorded none.
/// </param>
sealed record Sentence(string Key, IReadOnlyList<string> Args)
{
    public static Sentence Of(AlertKind kind, Sight sight, params IReadOnlyList<string> more) =>
        Of($"alert.{kind.Slug()}", sight, more);

    /// <param name="key">Of the sentence with a place; the one without ends with <c>.unplaced</c>.</param>
    public static Sentence Of(string key, Sight sight, IReadOnlyList<string> more) =>
        sight.OnRoute is { } place
            ? new(key, ["device", sight.Record.Device, "along", Kilometres(place.ProgressMetres), .. more])
            : new($"{key}.unplaced", ["device", sight.Record.Device, .. more]);

    /// <summary>In the zone of an office the sentence names it: an office that opens a unit records that.</summary>
    public static Sentence OfOpening(AlertKind kind, Sight sight) => sight.OfficeNear is { } office
        ? new($"alert.{kind.Slug()}.at-office", ["device", sight.Record.Device, "office", office.Id.ToString()])
        : Of(kind, sight);

    public static Sentence OfFlood(Cause cause) => new(
        "alert.flood",
        ["device", cause.Device, "times", Whole(cause.Times), "minutes", Minutes(cause.Until - cause.From)]);

    public static string Kilometres(double metres) =>
        Math.Round(metres / 1000, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture);

    public static string Whole(double number) =>
        Math.Round(number, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture);

    public static string Metres(double metres) =>
        Math.Round(metres, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture);

    public static string Minutes(TimeSpan length) =>
        Math.Round(length.TotalMinutes, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture);
}
