using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>Reads posted forms within limits and checks that they come from a page of this node.</summary>
static class FormReading
{
    /// <summary>The page the form stands on, to which one returns.</summary>
    public const string PageField = "_page";

    /// <summary>Drawn when the form was made: sending it twice records once.</summary>
    public const string KeyField = "_key";

    public const string TokenField = "__RequestVerificationToken";

    /// <summary>A declaration of 20 units fills about 6 kB; ten times that is no form of ours.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>What was typed, digits in Latin; null where the body is no form within the limits.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> FieldsAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > MaxBytes) return null;
        return await ReadAsync(context) is { } form
            ? form.Where(f => f.Key != TokenField)
                .ToDictionary(f => f.Key, f => Digits.ToLatin(f.Value.ToString()), StringComparer.Ordinal)
            : null;
    }

    /// <summary>Null where the form carries this node's token for this person.</summary>
    public static async Task<Refusal?> CheckTokenAsync(HttpContext context) =>
        await ReadAsync(context) is not null
        && await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context)
            ? null
            : new Refusal("form-not-ours");

    /// <summary>
    /// Null where the body claims to be a form and is none: cut short, without its boundary, with too many fields. It
    /// is an empty form from then on, for whoever asks.
    /// </summary>
    static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return null;
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            context.Features.Set<IFormFeature>(new FormFeature(FormCollection.Empty));
            return null;
        }
    }

    /// <summary>A path within this node, never another host's; anything else becomes the start page.</summary>
    public static string LocalPath(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && path.All(c =>
            c is > ' ' and < '\u007F' and not '\\') ? path : "/";
}
