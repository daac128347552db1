using System.Text.Json;
using System.Text.Json.Serialization;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// What is kept of a <see cref="UnitWatch"/> beside the watermark, as JSON: the fold of all records judged, what was
/// told, and what waits. Window and snapshots are not kept; what they save is read from the journal again.
/// </summary>
static class WatchForm
{
    /// <summary>A state of another format is not read: the unit's records are judged anew.</summary>
    public const int Format = 15;

    /// <param name="Unit">What was known of it when it was judged.</param>
    sealed record Written(
        int Format, FollowedUnit Unit, Fold Head, List<ToldAlert> Told, List<ToldOpening> Openings, Hearing Hearing,
        WaitingLate? Waiting);

    static readonly JsonSerializerOptions Options = new()
    {
        IgnoreReadOnlyProperties = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new IdentityConverterFactory() },
    };

    static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16 };

    public static byte[] Write(UnitWatch watch) => JsonSerializer.SerializeToUtf8Bytes(
        new Written(
            Format, watch.Unit, watch.Head, [.. watch.Told], [.. watch.ToldOpenings], watch.Hearing, watch.Waiting),
        Options);

    /// <summary>Null where the bytes are of another format.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static UnitWatch? Read(FollowedUnit unit, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Reading);
            if (document.RootElement.GetProperty(nameof(Format)).GetInt32() != Format) return null;
            var written = document.Deserialize<Written>(Options)
                ?? throw new InvalidDataException("judging state is empty");
            var watch = UnitWatch.Resume(
                written.Unit, written.Head, written.Told, written.Openings, written.Hearing, written.Waiting);
            watch.Take(unit);
            return watch;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("judging state is damaged", e);
        }
    }
}
