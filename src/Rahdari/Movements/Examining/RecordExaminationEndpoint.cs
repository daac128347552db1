using Rahdari.Web;

namespace Rahdari.Movements.Examining;

/// <summary><c>POST .../units/{n}/examinations</c> {kind, result, imageSha256?}.</summary>
static class RecordExaminationEndpoint
{
    public static void MapRecordExamination(this IEndpointRouteBuilder routes) =>
        routes.MapUnitPost("examinations", (input, unit) => new RecordExamination(
            unit, input.Choice("kind", RecordExamination.Kinds), input.Choice("result", RecordExamination.Results),
            ReadDigest(input, "imageSha256")))
        .WithName("recordExamination").WithSummary("Report what a scan or an examination found");

    /// <summary>64 hexadecimal digits; kept in lower case.</summary>
    public static string? ReadDigest(JsonInput input, string name)
    {
        if (input.OptionalText(name, 64, 64) is not { Length: > 0 } digest) return null;
        if (!digest.All(char.IsAsciiHexDigit)) input.Wrong(name, "input-malformed", digest);
        return digest.ToLowerInvariant();
    }
}
