using Microsoft.Net.Http.Headers;
using Rahdari.Hosting;

namespace Rahdari.Web;

/// <summary>The reader's language: chosen by the switch, else what the browser asks for, else the first.</summary>
static class LanguageChoice
{
    static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public static Catalogue Of(HttpContext context, Catalogues catalogues) =>
        catalogues.Find(context.Request.Cookies[CookieOf(context)]) ?? Accepted(context,
            catalogues) ?? catalogues.Default;

    /// <summary>
    /// Remembers a choice and goes back to the page it was made on, or to the start page where none is named. A way
    /// back that leads elsewhere is refused by name, as the values of pages are (<see cref="QueryValue"/>).
    /// </summary>
    public static IResult Choose(HttpContext context, string tag, Catalogues catalogues)
    {
        var back = context.Request.Query["back"].Where(b => !string.IsNullOrEmpty(b)).ToList();
        if (back.Count > 1 || back.Any(b => FormReading.LocalPath(b) != b))
            return Pages.Refused(
                StatusCodes.Status400BadRequest, Paging.Malformed("back", string.Join(',', back)));
        if (catalogues.Find(tag) is not null)
            context.Response.Cookies.Append(
                CookieOf(context), tag,
                new() { HttpOnly = true, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
                    MaxAge = Remembered, Path = "/" });
        return Results.Redirect(FormReading.LocalPath(back.FirstOrDefault()));
    }

    static string CookieOf(HttpContext context) =>
        $"rahdari-{context.RequestServices.GetRequiredService<NodeSettings>().Node}-language";

    static Catalogue? Accepted(HttpContext context, Catalogues catalogues)
    {
        StringWithQualityHeaderValue.TryParseList(context.Request.Headers.AcceptLanguage, out var wanted);
        return (wanted ?? [])
            .OrderByDescending(w => w.Quality ?? 1)
            .Select(w => catalogues.Find(w.Value.ToString().Split('-')[0].ToLowerInvariant()))
            .FirstOrDefault(c => c is not null);
    }
}
