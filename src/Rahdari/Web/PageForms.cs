using System.Text.Json.Nodes;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>A form of a page and the route of the API that does its work, <c>/api/v1</c> before the form's
/// own.</summary>
/// <param name="Route">Where it is posted to.</param>
/// <param name="PageRoute">The page that shows it again when it could not be taken.</param>
/// <param name="Name">Names its texts: <c>action.NAME</c> on its button, <c>done.NAME</c> afterwards.</param>
public sealed record PageForm(string Route, string PageRoute, string Name, FormShape Shape)
{
    public string ApiRoute => $"/api/v1{Route}";

    /// <summary>Fills in what follows from what was typed.</summary>
    public Action<JsonObject, CorridorPack> Complete { get; init; } = (_, _) => { };

    /// <summary>Fields of the API that are filled in from a field of the form: what is wrong with one is wrong with
    /// the other.</summary>
    public IReadOnlyDictionary<string, string> Follows { get; init; } = new Dictionary<string, string>();

    /// <summary>Where to go when something was made; null goes back to the page the form stands on.</summary>
    public Func<JsonNode?, string?> Then { get; init; } = _ => null;
}

/// <summary>Posts of pages: token, fields, the API's own work, then the page anew.</summary>
static class PageForms
{
    /// <summary>Sent by buttons that only ask for one more row of a list.</summary>
    public const string MoreField = "_more";

    public static void Map(IEndpointRouteBuilder routes, PageForm form)
    {
        var (page, api) = (AccessTable.Find("POST", form.Route), AccessTable.Find("POST", form.ApiRoute));
        if (page is null || api is null || !page.Roles.OrderBy(r => r.Key).SequenceEqual(api.Roles.OrderBy(r => r.Key)))
            throw new InvalidOperationException($"{form.Route}: page and API differ in who may use them");
        routes.MapPost(form.Route, (HttpContext context, LocalApi local) => PostAsync(context, form, local));
    }

    static async Task<IResult> PostAsync(HttpContext context, PageForm form, LocalApi local)
    {
        // The page that may come back reads the address too.
        if (QueryValue.FindRefused(context, PageTable.Find(form.PageRoute)) is { } refused)
            return Pages.Refused(StatusCodes.Status400BadRequest, refused);
        if (await FormReading.FieldsAsync(context) is not { } typed)
            return Again(context, form, new Dictionary<string, string>(), StatusCodes.Status400BadRequest,
                new Refusal("form-not-ours"));
        if (await FormReading.CheckTokenAsync(context) is { } stale)
            return Again(context, form, typed, StatusCodes.Status400BadRequest, stale);
        if (typed.ContainsKey(MoreField)) return Again(context, form, typed, StatusCodes.Status200OK);
        var body = form.Shape.ToBody(typed, PlaceOf(context));
        form.Complete(body, context.RequestServices.GetRequiredService<CorridorPack>());
        var answer = await local.PostAsync(context, form.ApiRoute, body, typed.GetValueOrDefault(FormReading.KeyField));
        if (!answer.IsDone)
            return Again(context, form, typed, answer.Status,
                [
                    .. answer.Refusals.Select(r => Fit(r, form))
                        .DistinctBy(r => (r.Field, r.Field is null ? r.Code : "")),
                ]);
        var back = FormReading.LocalPath(form.Then(answer.Body) ?? typed.GetValueOrDefault(FormReading.PageField));
        return Pages.GoTo(WithNotice(back, form.Name, answer));
    }

    static IResult Again(
        HttpContext context, PageForm form, IReadOnlyDictionary<string, string> typed, int status,
        params IReadOnlyList<Refusal> errors)
    {
        context.RequestServices.GetRequiredService<PostedForm>().ShowErrors(context.Request.Path, typed, errors);
        return Pages.Show(PageTable.Find(form.PageRoute).Component, status);
    }

    /// <summary>An amount is one field here and two in the API; what is no field here stands without a link.</summary>
    static Refusal Fit(Refusal why, PageForm form)
    {
        if (why.Field is not { } field) return why;
        field = form.Follows.GetValueOrDefault(field, field);
        foreach (var part in new[] { ".minor", ".currency" })
            if (field.EndsWith(part, StringComparison.Ordinal)) field = field[..^part.Length];
        return why with { Field = form.Shape.Find(field) is null ? null : field };
    }

    static string WithNotice(string path, string done, ApiAnswer answer)
    {
        var codes = (answer.Body as JsonObject)?["irregularities"] as JsonArray;
        var query = string.Concat((codes ?? [])
            .Select(i => i?["code"]?.GetValue<string>())
            .OfType<string>()
            .Select(c => $"&irregularity={Uri.EscapeDataString(c)}"));
        var hash = path.IndexOf('#', StringComparison.Ordinal);
        var (page, fragment) = hash < 0 ? (path, "") : (path[..hash], path[hash..]);
        return $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={done}{query}{fragment}";
    }

    /// <summary>Times are those of the actor's office; an office the pack does not know reads as UTC.</summary>
    static FormPlace PlaceOf(HttpContext context)
    {
        var pack = context.RequestServices.GetRequiredService<CorridorPack>();
        var now = context.RequestServices.GetRequiredService<CorridorClock>().Now;
        var zone = pack.FindOffice(context.GetActor().Office)?.Zone;
        return new(
            zone is null ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(zone),
            pack.Guarantee.At(now)?.Value.Currency ?? "");
    }
}
