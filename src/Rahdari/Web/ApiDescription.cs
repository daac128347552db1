using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>The body a POST of the API takes, as its own reader tells it.</summary>
sealed record PostBody(Action<JsonInput> Read);

/// <summary>A list read a page at a time; see <see cref="Paging"/>.</summary>
/// <param name="Usual">Rows where no number is asked for.</param>
sealed record PagedList(int Usual, int Most);

/// <summary>
/// The OpenAPI document: bodies from the code that reads them, answers from their records, problems from the table of
/// codes, rights from the access table.
/// </summary>
static class ApiDescription
{
    const string ProblemSchema = "Problem", KeyScheme = "key";

    /// <summary>
    /// For a reader that draws numbers while it is only asked what it reads. Of all ones, because a fair draw throws
    /// small numbers away and draws again.
    /// </summary>
    public static readonly Entropy NoEntropy = bytes => bytes.Fill(byte.MaxValue);

    /// <summary>Says what the body is read by.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, Action<JsonInput> read) =>
        route.WithMetadata(new PostBody(read));

    /// <summary>Says what a request that was carried out is told.</summary>
    public static RouteHandlerBuilder Answers<T>(
        this RouteHandlerBuilder route, int status = StatusCodes.Status201Created) => route.Produces<T>(status);

    /// <summary>Says that the list is read by <c>cursor</c> and <c>limit</c>.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder route, int usual, int most) =>
        route.WithMetadata(new PagedList(usual, most));

    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", o =>
        {
            o.ShouldInclude = d => d.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            o.AddSchemaTransformer((schema, context, _) => Write(schema, context));
            o.AddOperationTransformer((operation, context, _) => Write(operation, context));
            o.AddDocumentTransformer((document, _, _) => Write(document));
        });

    /// <summary>Identifiers are strings of their own form.</summary>
    static Task Write(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (IdentityForms.All.TryGetValue(type, out var form))
        {
            schema.Type = JsonSchemaType.String | (type == context.JsonTypeInfo.Type ? 0 : JsonSchemaType.Null);
            (schema.Pattern, schema.Description) = (form.Pattern, form.Description);
        }
        else if (type == typeof(Movements.Grams))
        {
            (schema.Type, schema.Format, schema.Description) = (JsonSchemaType.Integer, "int64", "A mass in grams.");
        }
        return Task.CompletedTask;
    }

    static Task Write(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var route = "/" + context.Description.RelativePath;
        var method = context.Description.HttpMethod ?? "GET";
        if (AccessTable.Find(method, route) is not { } row) return Task.CompletedTask;
        operation.Description = row.Open
            ? "Open to everybody."
            : $"For {string.Join(", ", row.Roles.Select(r => $"{Slug.Of(r.Key)} ({Slug.Of(r.Value)})"))}.";
        if (!row.Open)
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
        var body = context.Description.ActionDescriptor.EndpointMetadata.OfType<PostBody>().FirstOrDefault();
        if (body is not null) WriteBody(operation, BodyShape.Of(body.Read));
        var paged = context.Description.ActionDescriptor.EndpointMetadata.OfType<PagedList>().FirstOrDefault();
        if (paged is not null) WritePaging(operation, paged);
        operation.Responses ??= [];
        foreach (var (status, codes) in Problems(context, body is not null, route.Contains('{'), row.Open))
            operation.Responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] =
                ProblemResponse(context.Document!, codes);
        return Task.CompletedTask;
    }

    static void WriteBody(OpenApiOperation operation, BodyShape shape)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = $"At most {JsonInput.MaxBytes} bytes. A field not listed is refused.",
            Required = shape.Schema.Required!.Count > 0,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = shape.Schema, Example = shape.Example },
            },
        };
        operation.Parameters ??= [];
        operation.Parameters.Add(Header(
            Posting.KeyHeader, Idempotency.MaxKeyLength,
            "The same key with the same body is carried out once and answered alike."));
        operation.Parameters.Add(Header(
            "If-Match", Idempotency.MaxKeyLength, "The version of the own stream the caller saw."));
    }

    static void WritePaging(OpenApiOperation operation, PagedList paged)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter.Name == "cursor")
                parameter.Description = "The page before's next; absent for the first page.";
            if (parameter.Name != "limit") continue;
            parameter.Description = "Rows of a page.";
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer, Default = paged.Usual, Minimum = "1",
                Maximum = paged.Most.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
        }
    }

    static OpenApiParameter Header(string name, int max, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = max },
    };

    /// <summary>The statuses this operation can answer a fault with, and the codes each may carry.</summary>
    static IEnumerable<(int Status, IReadOnlyList<string> Codes)> Problems(
        OpenApiOperationTransformerContext context, bool isPost, bool namesSomething, bool isOpen)
    {
        var texts = context.ApplicationServices.GetRequiredService<Catalogues>().Default.Texts;
        var hasInput = isPost || context.Description.ParameterDescriptions.Count > 0;
        return texts.Keys.Where(k => k.StartsWith("refusal.", StringComparison.Ordinal))
            .Select(k => k["refusal.".Length..]).Where(c => !Problem.IsOfPagesOnly(c))
            .GroupBy(Problem.StatusOf).OrderBy(g => g.Key)
            .Where(g => g.Key switch
            {
                StatusCodes.Status400BadRequest => hasInput,
                StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => !isOpen,
                StatusCodes.Status404NotFound => namesSomething,
                _ => isPost,
            })
            .Select(g => (g.Key, (IReadOnlyList<string>)[.. g.Order(StringComparer.Ordinal)]));
    }

    static OpenApiResponse ProblemResponse(OpenApiDocument document, IReadOnlyList<string> codes) => new()
    {
        Description = $"A problem (RFC 9457); its code is one of: {string.Join(", ", codes)}",
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Problem.ContentType] = new()
            {
                Schema = new OpenApiSchema
                {
                    AllOf =
                    [
                        new OpenApiSchemaReference(ProblemSchema, document),
                        new OpenApiSchema
                        {
                            Properties = new Dictionary<string, IOpenApiSchema>
                            {
                                ["code"] = new OpenApiSchema { Enum = [.. codes.Select(c => (JsonNode)c)] },
                            },
                        },
                    ],
                },
            },
        },
    };

    static Task Write(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "Rahdari",
            Version = "v1",
            Description = "Customs transit of one administration. Times are UTC, amounts minor units, masses grams.",
        };
        // Where a node listens is for whoever asks to know.
        document.Servers = [];
        document.AddComponent(ProblemSchema, Problem.Schema());
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of an office and a role.",
        };
        return Task.CompletedTask;
    }
}
