using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Relaying;

/// <summary>
/// <c>POST /api/v1/relay/frames</c> {batch, frames:[{protocol, device?, receivedAt, encoding, frame}]}: frames as a
/// vendor's platform received them. Answered once all of them are durable.
/// </summary>
static class RelayFramesEndpoint
{
    /// <summary>
    /// Frames of one batch: an answer of this length is 20 kB and is kept for two days where the request has a key.
    /// Who has more sends more batches.
    /// </summary>
    public const int MostFrames = 200;

    /// <summary>Batches of all vendors taken at once, a megabyte each; one more is told to come again.</summary>
    public const int MostAtOnce = 16;

    const int MaxBatch = 64;

    static readonly string[] Protocols = [.. Registry.Protocols.Select(p => p.Name)];

    static readonly string[] Encodings = ["hex", "base64"];

    static readonly int MaxFrameBytes = Registry.Protocols.Max(p => p.MaxFrameBytes);

    public static void MapFrames(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/relay/frames", TakeAsync)
            .Takes(input => Read(input)).Answers<BatchAnswer>()
            .WithName("relayFrames").WithSummary("Pass on frames of devices, as the platform received them");
    }

    static async Task<IResult> TakeAsync(
        HttpContext context, Posting posting, RelayVendors vendors, RelayIntake intake, RelayTurns turns)
    {
        using var turn = turns.TryTake();
        if (turn is null)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable, new Refusal("relay-busy").With("most", MostAtOnce));
        }
        return await posting.TakeAsync(context, Read, async (batch, cancel) =>
        {
            if (vendors.Of(context.GetActor()) is not { } vendor) return new(null, new Refusal("vendor-not-known"));
            var results = await intake.TakeAsync(vendor, batch.Frames, cancel);
            return new(new(new BatchAnswer(
                batch.Name, results.Count(r => r.Result == RelayOutcome.Accepted),
                results.Count(r => r.Result == RelayOutcome.Duplicate),
                results.Count(r => r.Result == RelayOutcome.Faulty), results)));
        });
    }

    static Batch Read(JsonInput input) =>
        new(input.Text("batch", MaxBatch), input.List("frames", MostFrames, ReadFrame));

    static RelayFrame ReadFrame(JsonInput input)
    {
        var name = input.Choice("protocol", Protocols);
        var device = input.OptionalId<DeviceId>("device");
        if (device is { } named && named != default && named.Protocol != name)
            input.Wrong("device", "input-malformed", named);
        var receivedAt = input.Time("receivedAt");
        var encoding = input.Choice("encoding", Encodings);
        var text = input.Text("frame", 2 * MaxFrameBytes, sample: "28383030303030303030312c404a5429");
        var bytes = BytesOf(input, encoding, text);
        var protocol = Registry.Find(name) ?? Registry.Protocols[0];
        if (bytes.Length > protocol.MaxFrameBytes) input.Wrong("frame", "input-too-long", bytes.Length);
        return new(protocol, device, receivedAt, bytes);
    }

    static byte[] BytesOf(JsonInput input, string encoding, string text)
    {
        if (encoding.Length == 0 || text.Length == 0) return [];
        if (encoding == "hex")
        {
            if (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)) return Convert.FromHexString(text);
        }
        else
        {
            var bytes = new byte[text.Length];
            if (Convert.TryFromBase64String(text, bytes, out var length)) return bytes[..length];
        }
        input.Wrong("frame", "input-malformed", text);
        return [];
    }

    sealed record Batch(string Name, IReadOnlyList<RelayFrame> Frames);

    /// <param name="Results">One a frame, in the order of the batch.</param>
    sealed record BatchAnswer(
        string Batch, int Accepted, int Duplicates, int Faulty, IReadOnlyList<RelayResult> Results);
}
