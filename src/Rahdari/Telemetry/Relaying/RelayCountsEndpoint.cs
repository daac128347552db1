using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Relaying;

/// <summary>
/// <c>POST /api/v1/relay/counts</c> {vendor, hour, counts:[{device, frames}], signature}: a vendor's count of an hour.
/// <c>GET /api/v1/relay?vendor=&amp;cursor=</c>: what came from vendors and where it differs from their counts.
/// </summary>
static class RelayCountsEndpoint
{
    /// <summary>The devices of a whole corridor (design 5); with fewer than 50 bytes each they fit the body.</summary>
    const int MostDevices = 20_000;

    const int HourLength = 20, SignatureText = 88;

    public static void MapCounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/relay/counts", (HttpContext context, Posting posting, RelayVendors vendors) =>
            {
                var vendor = vendors.Of(context.GetActor());
                return posting.RunAsync(context, (input, _) => Read(input, vendor), Done);
            })
            .Takes(input => Read(input, null)).Answers<DoneAnswer>()
            .WithName("stateRelayCount").WithSummary("State how many frames the platform received in an hour, signed");
        routes.MapGet("/api/v1/relay", ReadAsync)
            .WithName("readRelay").WithSummary("What came over vendors' platforms, and where their counts differ")
            .Produces<RelayAnswer>();
    }

    static async Task<IResult> ReadAsync(
        HttpContext context, RelayQuery query, CorridorClock clock, string? vendor, string? cursor)
    {
        var (now, cancel) = (clock.Now, context.RequestAborted);
        var found = new RelayFindings([], null);
        if (string.IsNullOrEmpty(vendor))
        {
            if (!string.IsNullOrEmpty(cursor)) return Problem.Malformed(new Refusal("input-missing", "vendor"));
            found = new(await query.NewestAsync(now, cancel), null);
        }
        else if (!PartyId.TryParse(vendor, null, out var party))
            return Problem.Malformed(new Refusal("input-malformed", "vendor").With("value", vendor));
        else if (await query.OfAsync(party, cursor, now, cancel) is { } page) found = page;
        else return Problem.Malformed(Paging.BadCursor(cursor!));
        return Results.Ok(new RelayAnswer(await query.SummariesAsync(now, cancel), found.Items, found.Next));
    }

    static StateCount Read(JsonInput input, VendorSettings? vendor)
    {
        var party = input.Id<PartyId>("vendor");
        var text = input.Text("hour", HourLength, HourLength, "2026-03-01T10:00:00Z");
        if (!CountStatement.TryHour(text, out var hour) && text.Length > 0)
            input.Wrong("hour", "input-malformed", text);
        var counts = input.List(
            "counts", MostDevices, item => new DeviceCount(item.Id<DeviceId>("device"), item.Whole("frames")));
        var written = input.Text(
            "signature", SignatureText, SignatureText, Convert.ToBase64String(new byte[Ed25519.SignatureSize]));
        var signature = new byte[Ed25519.SignatureSize];
        if (written.Length > 0
            && (!Convert.TryFromBase64String(written, signature, out var length) || length != signature.Length))
            input.Wrong("signature", "input-malformed", written);
        return new(new(party, hour, counts), signature, vendor?.Party, vendor?.CountKey ?? default);
    }

    static PostAnswer Done(IReadOnlyList<Recorded> events)
    {
        var stated = (RelayCountStated)events[0].Body;
        return new(new DoneAnswer(
            events[0].Header.EventId, stated.Hour, stated.Counts.Count, stated.Counts.Sum(c => c.Frames)));
    }

    sealed record DoneAnswer(string EventId, DateTimeOffset Hour, int Devices, long Frames);

    /// <param name="Findings">Of the vendor that was asked for; else the newest of each.</param>
    /// <param name="Next">The cursor of what follows of that vendor.</param>
    sealed record RelayAnswer(
        IReadOnlyList<RelaySummary> Vendors, IReadOnlyList<RelayFinding> Findings, string? Next);
}
