using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Journaling;

/// <summary>
/// Bytes on a device port that could not be taken for a record, with the verdict, as the journal holds them. Nobody
/// judges them; they are there for whoever asks what a device said.
/// </summary>
/// <param name="Code">Stable, as counted; <see cref="LeftOutOnly"/> where it only says how many were left
/// out.</param>
/// <param name="Offset">The byte at fault.</param>
/// <param name="Length">How many bytes were at fault; the first of them are <see cref="Raw"/>.</param>
/// <param name="LeftOut">Faults with bytes that were counted and not kept since the last one kept.</param>
sealed record JournaledFault(
    DateTimeOffset ReceivedAt, string Protocol, string Code, string Remote, int Offset, string Detail, int Length,
    long LeftOut, byte[] Raw)
{
    /// <summary>The code of a row that holds no bytes.</summary>
    public const string LeftOutOnly = "left-out";

    const int Format = 1;

    sealed record Body(
        int Format, string Protocol, string Code, string Remote, int Offset, string Detail, int Length, long LeftOut);

    /// <param name="digest">Makes it a row of its own: the same garbage twice is two faults.</param>
    public JournalEntry ToEntry(string stream, byte[] digest) => new(
        // No device's name begins so: it is not known who spoke.
        stream, $"?{Protocol}", ReceivedAt.ToMicros(), null, digest, Raw,
        JsonSerializer.SerializeToUtf8Bytes(
            new Body(Format, Protocol, Code, Remote, Offset, Detail, Length, LeftOut)));

    /// <exception cref="InvalidDataException">The body is of a newer format, or damaged.</exception>
    public static JournaledFault Read(JournalRow row)
    {
        try
        {
            var body = JsonSerializer.Deserialize<Body>(row.Entry.Body);
            if (body?.Format != Format)
                throw new InvalidDataException($"fault of format {body?.Format}; this build reads {Format}");
            return new(
                CorridorTime.FromMicros(row.Entry.ReceivedMicros), body.Protocol, body.Code, body.Remote, body.Offset,
                body.Detail, body.Length, body.LeftOut, row.Entry.Raw);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("a fault's body is damaged", e);
        }
    }
}
