using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// What is kept of a <see cref="UnitWatch"/> beside the watermark, as JSON: the fold of all records judged, what was
/// told, and what waits. Window and snapshots are not kept; what they save is read from the journal again.
/// </summary>
static class WatchForm
{
    /// <summary>A state of another format is not read: the unit's records are judged anew.</summary>
    public const int Format = 2;

    sealed record Written(int Format, Fold Head, List<ToldAlert> Told, Hearing Hearing, WaitingLate? Waiting);

    static readonly JsonSerializerOptions Options = new()
    {
        IgnoreReadOnlyProperties = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16 };

    public static byte[] Write(UnitWatch watch) => JsonSerializer.SerializeToUtf8Bytes(
        new Written(Format, watch.Head, [.. watch.Told], watch.Hearing, watch.Waiting), Options);

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
            return UnitWatch.Resume(unit, written.Head, written.Told, written.Hearing, written.Waiting);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("judging state is damaged", e);
        }
    }
}
