using System.Text.Json;

namespace Rahdari.Web;

/// <summary>Names of enum members as the API, the catalogues and the style sheet write them: kebab case.</summary>
static class Slug
{
    public static string Of<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static bool TryParse<T>(string? slug, out T value) where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            value = candidate;
            if (Of(candidate) == slug) return true;
        }
        value = default;
        return false;
    }
}
