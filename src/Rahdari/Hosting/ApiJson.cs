using System.Text.Json;
using System.Text.Json.Serialization;
using Rahdari.Transparency;

namespace Rahdari.Hosting;

/// <summary>How the API writes JSON: camelCase, enums as kebab-case strings, identifiers as strings.</summary>
static class ApiJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new IdentityConverterFactory());
        options.Converters.Add(new GramsConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }
}
