using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>
/// The one place where a refusal becomes an answer over HTTP: <c>application/problem+json</c> (RFC 9457) with the
/// stable type <c>urn:rahdari:problem:CODE</c>.
/// </summary>
static class Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>Refusals of pages and commands, and of what is no operation of the API.</summary>
    static readonly HashSet<string> OfPagesOnly =
    [
        "form-not-ours", "password-long", "password-short", "passwords-differ", "role-unknown", "sign-in-failed",
        "user-exists", "user-name-form", "users-exist", "method-not-allowed", "program-fault",
    ];

    public static bool IsOfPagesOnly(string code) => OfPagesOnly.Contains(code);

    /// <summary>The status that a code is answered with, whoever answers.</summary>
    public static int StatusOf(string code) => code switch
    {
        "json-malformed" or "json-no-object" or "live-id-malformed" or "request-malformed" =>
            StatusCodes.Status400BadRequest,
        "not-signed-in" => StatusCodes.Status401Unauthorized,
        "no-such-right" or "role-not-allowed" or "own-administration-only" or "other-administration-only" =>
            StatusCodes.Status403Forbidden,
        "not-found" or "no-such-place" => StatusCodes.Status404NotFound,
        "stale-version" => StatusCodes.Status412PreconditionFailed,
        "body-too-large" => StatusCodes.Status413PayloadTooLarge,
        "json-expected" => StatusCodes.Status415UnsupportedMediaType,
        "storage-outage" or "outcome-unknown" or "live-readers" or "relay-busy" =>
            StatusCodes.Status503ServiceUnavailable,
        _ => Posting.StatusOf(new Refusal(code)),
    };

    /// <summary>The body's form, for the description of the API.</summary>
    public static OpenApiSchema Schema()
    {
        static OpenApiSchema Text(string description, bool optional = false) => new()
        {
            Type = JsonSchemaType.String | (optional ? JsonSchemaType.Null : 0), Description = description,
        };
        static OpenApiSchema Args() => new()
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
            Description = "What the sentence is made with.",
        };
        var error = new Dictionary<string, IOpenApiSchema>
        {
            ["code"] = Text("Stable, one a refusal."),
            ["field"] = Text("The field, header or path part that is meant; null where it is none.", optional: true),
            ["args"] = Args(),
        };
        return new()
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "type", "title", "status", "detail", "code", "field", "args" },
            Properties = new Dictionary<string, IOpenApiSchema>(error)
            {
                ["type"] = Text("urn:rahdari:problem:CODE"),
                ["title"] = Text("The status in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("The refusal as a sentence."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "All that is wrong, in the order of the form; absent where no field is meant.",
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema>(error)
                        {
                            ["detail"] = Text("The refusal of this field as a sentence."),
                        },
                    },
                },
            },
        };
    }

    /// <summary>Input that cannot be read; the refusal names the field or byte.</summary>
    public static IResult Malformed(Refusal why) => new Answer(StatusCodes.Status400BadRequest, why);

    /// <summary>Input with many things wrong: the first one is the problem, all stand in <c>errors</c>.</summary>
    public static IResult Malformed(IReadOnlyList<Refusal> all) => Malformed(Refusal.Of(all));

    /// <summary>A request the rules do not grant.</summary>
    public static IResult Refused(Refusal why) => new Answer(StatusCodes.Status422UnprocessableEntity, why);

    public static IResult NotFound(string field, string value) =>
        new Answer(StatusCodes.Status404NotFound, new Refusal("not-found", field).With("value", value));

    /// <summary>The caller's If-Match names another version than the own stream has.</summary>
    public static IResult Stale(long version) =>
        new Answer(StatusCodes.Status412PreconditionFailed, new Refusal("stale-version").With("version", version));

    public static IResult Of(int status, Refusal why) => new Answer(status, why);

    /// <summary>Writes the answer at once, for middleware.</summary>
    public static Task WriteAsync(HttpContext context, int status, Refusal why) =>
        new Answer(status, why).ExecuteAsync(context);

    sealed class Answer(int status, Refusal why) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public Task ExecuteAsync(HttpContext context)
        {
            var texts = context.RequestServices.GetRequiredService<Catalogues>().Default;
            var body = new Body(
                $"urn:rahdari:problem:{why.Code}", texts.Plain($"problem.{status}", new Dictionary<string,
                    object>()), status,
                Detail(texts, why), why.Code, why.Field, why.Args,
                why.Field is null && why.Also.Count == 0
                    ? null
                    : why.Also.Prepend(why).Select(e => new Error(e.Field, e.Code, e.Args, Detail(texts, e))));
            context.Response.StatusCode = status;
            return context.Response.WriteAsJsonAsync(body, options: null, ContentType, context.RequestAborted);
        }

        static string Detail(Catalogue texts, Refusal why) =>
            texts.Plain($"refusal.{why.Code}", why.Args.ToDictionary(a => a.Key, a => (object)a.Value));
    }

    /// <summary>The body's members in the order they are written.</summary>
    sealed record Body(
        string Type, string Title, int Status, string Detail, string Code, string? Field,
        IReadOnlyDictionary<string, string> Args,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<Error>? Errors);

    /// <summary>One thing wrong, in the order of the form.</summary>
    sealed record Error(string? Field, string Code, IReadOnlyDictionary<string, string> Args, string Detail);
}
