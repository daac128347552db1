using Rahdari.Transparency;

namespace Rahdari.Movements.Views;

/// <summary>A paper, seal or image that the record holds as a fact.</summary>
/// <param name="Kind">A key of the catalogues as <c>document.KIND</c>.</param>
/// <param name="Number">As printed on it; empty for an image, which its digest names.</param>
/// <param name="ImageSha256">Digest of its image; the image itself is not here.</param>
/// <param name="Event">The event that says so, with its place in the log.</param>
/// <param name="Commitment">What the event's leaf commits to it by; empty where it has none yet.</param>
public sealed record MovementDocument(
    string Kind, string Number, string? ImageSha256, HistoryItem Event, string Commitment);

/// <summary>Every document of a movement in the order they were recorded.</summary>
static class MovementDocuments
{
    /// <summary>Every kind, for the catalogues.</summary>
    public static readonly IReadOnlyList<string> Kinds =
        ["declaration", "guarantee", "examination", "seal", "transcription"];

    /// <param name="bodies">By event id.</param>
    public static IReadOnlyList<MovementDocument> Of(
        MovementView view, IReadOnlyDictionary<string, EventBody> bodies)
    {
        var found = new List<MovementDocument>();
        foreach (var item in view.History)
        {
            if (bodies.GetValueOrDefault(item.EventId) is not { } body) continue;
            if (Read(body) is not { } read) continue;
            found.Add(new(
                read.Kind, read.Number, read.Image, item, view.Commitments.GetValueOrDefault(item.EventId, "")));
        }
        return found;
    }

    static (string Kind, string Number, string? Image)? Read(EventBody body) => body switch
    {
        DeclarationAccepted e => ("declaration", e.Mrn.Value, null),
        GuaranteeReserved e => ("guarantee", e.Grn.Value, null),
        UnitExamined e => ("examination", $"{e.Kind} {e.Result}", e.ImageSha256),
        SealFitted e => ("seal", e.Seal.Value, null),
        EntryTranscribed e => ("transcription", e.Paper, e.ImageSha256),
        _ => null,
    };
}
