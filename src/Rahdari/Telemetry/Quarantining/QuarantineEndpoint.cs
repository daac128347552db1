using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>
/// <c>GET /api/v1/devices/{device}/quarantine</c>: who spoke under the id of a device in quarantine.
/// <c>POST /api/v1/devices/{device}/quarantine-end</c> {ruling, source?, reason}.
/// </summary>
static class QuarantineEndpoint
{
    const int MaxReason = 1_000, MaxSource = 45;

    /// <summary>Records looked through to tell the sources apart: some hours of two devices.</summary>
    const int MostRows = 5_000;

    public static void MapQuarantines(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/devices/{device}/quarantine", ShowAsync)
            .WithName("showQuarantine").WithSummary("Who spoke under the id of a device in quarantine")
            .Produces<QuarantineAnswer>();
        routes.MapPost("/api/v1/devices/{device}/quarantine-end",
                async (
                    string device, HttpContext context, Posting posting, DeviceMemories memories,
                    KeptSources sources) =>
                {
                    var since = DeviceId.TryParse(device, null, out var id)
                        ? await SinceAsync(memories, id, context.RequestAborted)
                        : null;
                    return await posting.RunAsync(context, (input, _) => Read(input, device, since, sources), Done);
                })
            .Takes(input => Read(input, "", null, null!)).Answers<DoneAnswer>(StatusCodes.Status200OK)
            .WithName("endQuarantine").WithSummary("Decide about a device under whose id two spoke");
    }

    static EndQuarantine Read(JsonInput input, string device, DateTimeOffset? since, KeptSources sources) => new(
        device, since, input.Choice<QuarantineRuling>("ruling"), input.OptionalText("source", MaxSource),
        input.Text("reason", MaxReason), sources);

    /// <summary>The journal says since when; what the intake remembers of it is what it goes by.</summary>
    static async Task<DateTimeOffset?> SinceAsync(
        DeviceMemories memories, DeviceId device, CancellationToken cancel)
    {
        using var held = await memories.TakeAsync(device, cancel);
        return held.Memory.QuarantinedSince;
    }

    static async Task<IResult> ShowAsync(
        string device, HttpContext context, DeviceMemories memories, IQuarantines quarantines, IJournal journal)
    {
        var cancel = context.RequestAborted;
        if (!DeviceId.TryParse(device, null, out var id))
            return Problem.Malformed(new Refusal("input-malformed", "device").With("value", device));
        if (await SinceAsync(memories, id, cancel) is not { } began
            || await quarantines.IsEndedAsync(id, began, cancel))
            return Results.Ok(new QuarantineAnswer(id, null, [], false, 0));
        var rows = await journal.ReadDeviceAsync(device, began.ToMicros(), long.MaxValue, MostRows, cancel);
        var fixes = rows.Select(r => JournaledFix.TryRead(r.Entry, out var fix, out _) ? fix : null).ToList();
        var sources = fixes.OfType<JournaledFix>().Where(f => f.Quarantine?.Since == began)
            .GroupBy(f => f.Quarantine!.Remote, StringComparer.Ordinal)
            .Select(g => new Source(g.Key, g.Count(), g.Min(f => f.ReceivedAt), g.Max(f => f.ReceivedAt)));
        return Results.Ok(new QuarantineAnswer(
            id, began, [.. sources], rows.Count == MostRows, fixes.Count(f => f is null)));
    }

    static PostAnswer Done(IReadOnlyList<Recorded> events) => new(
        new DoneAnswer([.. events.Select(e => new EventAnswer(e.Header.EventId, EventTypes.Of(e.Body).Name))]),
        Status: StatusCodes.Status200OK);

    /// <param name="Since">Null where the device is in no quarantine.</param>
    /// <param name="More">There are more records than were looked at.</param>
    /// <param name="Unread">Records since then that this node cannot read, whoever sent them.</param>
    sealed record QuarantineAnswer(
        DeviceId Device, DateTimeOffset? Since, IReadOnlyList<Source> Sources, bool More, int Unread);

    /// <param name="Remote">Address and port.</param>
    sealed record Source(string Remote, int Records, DateTimeOffset FirstReceived, DateTimeOffset LastReceived);

    sealed record DoneAnswer(IReadOnlyList<EventAnswer> Events);

    sealed record EventAnswer(string EventId, string Type);
}
