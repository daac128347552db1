using Microsoft.AspNetCore.Authentication;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Parties;

/// <summary>Signing in and out by form.</summary>
static class SignInEndpoint
{
    const string Path = "/sign-in";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (string? next) => string.IsNullOrEmpty(next) || FormReading.LocalPath(next) == next
            ? Page(StatusCodes.Status200OK, next, null)
            : Pages.Refused(StatusCodes.Status400BadRequest, Paging.Malformed("next", next)));
        routes.MapPost(Path, SignInAsync);
        routes.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>
    /// Turns whoever is not signed in to the sign-in page. A form comes along, sealed, and stands filled on its page
    /// afterwards; it is not sent by itself.
    /// </summary>
    public static async Task TurnHereAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method))
        {
            var next = Uri.EscapeDataString(request.Path + request.QueryString);
            await Pages.GoTo($"{Path}?next={next}").ExecuteAsync(context);
            return;
        }
        var kept = await KeepAsync(context);
        await Page(StatusCodes.Status401Unauthorized, "/", kept).ExecuteAsync(context);
    }

    static async Task<string?> KeepAsync(HttpContext context)
    {
        // A page of another site has no form of ours to keep.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin")) return null;
        if (await FormReading.FieldsAsync(context) is not { } fields) return null;
        var page = FormReading.LocalPath(fields.GetValueOrDefault(FormReading.PageField));
        var form = new KeptForm(context.Request.Path, page, fields);
        return context.RequestServices.GetRequiredService<KeptForms>().Seal(form);
    }

    static async Task<IResult> SignInAsync(
        HttpContext context, UserRegister users, KeptForms forms, PostedForm posted, TimeProvider machine,
        CancellationToken cancel)
    {
        var fields = await FormReading.FieldsAsync(context) ?? new Dictionary<string, string>();
        var (next, kept) = (fields.GetValueOrDefault("next"), fields.GetValueOrDefault("kept"));
        if (await FormReading.CheckTokenAsync(context) is { } stale) return Again(stale);
        var password = context.Request.Form["password"].ToString();
        var user = await users.SignInAsync(fields.GetValueOrDefault("name") ?? "", password, cancel);
        if (user is null)
            return Again(new Refusal("sign-in-failed", "name").With("minutes", (int)Lockout.Longest.TotalMinutes));
        await Sessions.BeginAsync(context, user, machine.GetUtcNow());
        if (forms.Unseal(kept) is not { } form) return Pages.GoTo(FormReading.LocalPath(next));
        await forms.PutAsync(user.Actor.Id, form, cancel);
        return Pages.GoTo($"{form.Page}?kept=1");

        IResult Again(Refusal why)
        {
            posted.ShowErrors(Path, fields, why);
            return Page(StatusCodes.Status422UnprocessableEntity, next, kept);
        }
    }

    /// <summary>Ends every session of the name, so that a cookie left behind on a shared desk opens
    /// nothing.</summary>
    static async Task<IResult> SignOutAsync(HttpContext context, UserRegister users, CancellationToken cancel)
    {
        if (await FormReading.CheckTokenAsync(context) is not null) return Pages.GoTo(Path);
        if (Sessions.NameOf(context.User) is { } name) await users.EndSessionsAsync(name, cancel);
        await context.SignOutAsync(Sessions.Scheme);
        return Pages.GoTo(Path);
    }

    static IResult Page(int status, string? next, string? kept) => Pages.Show<SignInPage>(
        status, (nameof(SignInPage.Next), FormReading.LocalPath(next)), (nameof(SignInPage.Kept), kept));
}
