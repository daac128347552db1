using System.Globalization;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements;

/// <summary>What the endpoints of a movement's stages share: the path, and the answer to an observation.</summary>
static class UnitEndpoint
{
    public const string Movement = "/api/v1/movements/{mrn}", Unit = Movement + "/units/{n}";

    /// <summary>Maps <c>POST .../units/{n}/{what}</c>.</summary>
    public static RouteHandlerBuilder MapUnitPost(
        this IEndpointRouteBuilder routes, string what, Func<JsonInput, UnitId, IOperation> bind) =>
        routes.MapPost($"{Unit}/{what}", (string mrn, string n, HttpContext context, Posting posting) =>
            posting.RunAsync(context, (input, _) => bind(input, ReadUnit(input, mrn, n)), Recorded))
        .Takes(input => bind(input, new UnitId(default, 1))).Answers<RecordedAnswer>();

    /// <summary>Maps <c>POST .../{what}</c> of a whole movement; the caller says what it answers.</summary>
    public static RouteHandlerBuilder MapMovementPost(
        this IEndpointRouteBuilder routes, string what, Func<JsonInput, Mrn, Entropy, IOperation> bind,
        Func<IReadOnlyList<Recorded>, PostAnswer>? answer = null) =>
        routes.MapPost($"{Movement}/{what}", (string mrn, HttpContext context, Posting posting) =>
            posting.RunAsync(
                context, (input, entropy) => bind(input, input.ParseId<Mrn>("mrn", mrn), entropy), answer ?? Recorded))
        .Takes(input => bind(input, default, ApiDescription.NoEntropy));

    /// <summary><c>{"events":[{"eventId","type"}],"irregularities":[{"code","unit"}]}</c></summary>
    public static PostAnswer Recorded(IReadOnlyList<Recorded> events) => new(new RecordedAnswer(
        [.. events.Where(e => EventTypes.Of(e.Body).Leaf)
            .Select(e => new RecordedEvent(e.Header.EventId, EventTypes.Of(e.Body).Name))],
        [.. events.Select(e => e.Body).OfType<IrregularityOpened>()
            .Select(i => new OpenedIrregularity(i.Code, i.Unit is { } unit ? new UnitId(i.Mrn, unit) : null))]));

    public static UnitId ReadUnit(JsonInput input, string mrn, string n)
    {
        var number = int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            && parsed is >= 1 and <= Observation.MaxUnitNumber && n[0] != '0' ? parsed : 0;
        if (number == 0) input.Wrong("n", "input-malformed", n);
        return new(input.ParseId<Mrn>("mrn", mrn), number);
    }

    internal sealed record RecordedAnswer(
        IReadOnlyList<RecordedEvent> Events, IReadOnlyList<OpenedIrregularity> Irregularities);

    internal sealed record RecordedEvent(string EventId, string Type);

    internal sealed record OpenedIrregularity(string Code, UnitId? Unit);
}
