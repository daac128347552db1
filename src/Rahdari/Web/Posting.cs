using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>What a request that was carried out is told.</summary>
/// <param name="Location">Where the thing made is found.</param>
sealed record PostAnswer(object Body, string? Location = null, int Status = StatusCodes.Status201Created);

/// <summary>What came of a request that is no operation: an answer, or why it was refused.</summary>
sealed record Taken(PostAnswer? Answer, Refusal? Why = null);

/// <summary>
/// What every POST of the API has in common. 1. Read the body within its limit. 2. Look whether this key was answered
/// before. 3. Bind, naming every wrong field. 4. Run the operation at the desk, on the version the caller saw if it
/// says one. 5. Answer, and keep the answer under the key.
/// </summary>
sealed class Posting(IDesk desk, Idempotency idempotency, Entropy entropy, IOptions<JsonOptions> json)
{
    public const string KeyHeader = "Idempotency-Key";

    /// <param name="bind">Reads the operation from the body; whatever it needs to be drawn is drawn here, once.</param>
    public Task<IResult> RunAsync(
        HttpContext context, Func<JsonInput, Entropy, IOperation> bind,
        Func<IReadOnlyList<Recorded>, PostAnswer> answer) =>
        GuardAsync(context, () => TryRunAsync(context, bind, answer));

    /// <summary>
    /// The same for what is no operation of the desk: <paramref name="take"/> does it, and can do it again without
    /// doing it twice, for the process may end before its answer is kept.
    /// </summary>
    public Task<IResult> TakeAsync<T>(
        HttpContext context, Func<JsonInput, T> bind, Func<T, CancellationToken, Task<Taken>> take) =>
        GuardAsync(context, async () =>
        {
            var (request, answered) = await ReadAsync(context);
            if (request is null) return answered!;
            var bound = bind(request.Input);
            request.Input.RefuseUnknown();
            if (request.Input.Errors.Count > 0) return Problem.Malformed(request.Input.Errors);
            var (answer, why) = await take(bound, context.RequestAborted);
            return answer is null
                ? Problem.Of(Problem.StatusOf(why!.Code), why)
                : await GiveAsync(context, request, answer, null);
        });

    static async Task<IResult> GuardAsync(HttpContext context, Func<Task<IResult>> run)
    {
        try
        {
            return await run();
        }
        catch (StorageOutageException e)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                new Refusal(e.OutcomeUnknown ? "outcome-unknown" : "storage-outage"));
        }
    }

    async Task<IResult> TryRunAsync(
        HttpContext context, Func<JsonInput, Entropy, IOperation> bind,
        Func<IReadOnlyList<Recorded>, PostAnswer> answer)
    {
        var (actor, cancel) = (context.GetActor(), context.RequestAborted);

        // 1. and 2.
        var (request, answered) = await ReadAsync(context);
        if (request is null) return answered!;

        // 3.
        if (!TryReadIfMatch(context.Request, out var ifMatch))
            return Problem.Malformed(new Refusal("input-malformed", "If-Match"));
        var (input, key) = (request.Input, request.Key);
        var stamp = new RequestStamp(key is null ? null : idempotency.EventPrefix(actor, key), ifMatch);
        var operation = bind(input, entropy);
        input.RefuseUnknown();
        if (input.Errors.Count > 0) return Problem.Malformed(input.Errors);

        // 4.
        var outcome = await RunOnceAsync(operation, actor, stamp, cancel);

        // 5.
        if (outcome is Outcome.Refused refused) return Problem.Of(StatusOf(refused.Why), refused.Why);
        if (outcome is Outcome.Stale stale) return Problem.Stale(stale.Version);
        var done = (Outcome.Done)outcome;
        return await GiveAsync(context, request, answer(done.Events), ETagOf(done.Version));
    }

    /// <param name="Key">Null where the caller sent none.</param>
    /// <param name="Hash">What makes the request the same as another.</param>
    sealed record Request(JsonInput Input, string? Key, string Hash);

    /// <summary>The first two steps; a request that they answer goes no further.</summary>
    async Task<(Request? Request, IResult? Answered)> ReadAsync(HttpContext context)
    {
        var (actor, cancel) = (context.GetActor(), context.RequestAborted);
        var (body, tooLarge) = await ReadBodyAsync(context.Request, cancel);
        if (tooLarge is not null) return (null, tooLarge);
        var hash = Idempotency.RequestHash(context.Request, body);
        if (!TryReadKey(context.Request, out var key))
            return (null, Problem.Malformed(new Refusal("input-malformed", KeyHeader)));
        if (key is not null)
        {
            switch (await idempotency.FindAsync(actor, key, hash, cancel))
            {
                case KeyUse.Repeated repeated: return (null, new Given(repeated.Answer));
                case KeyUse.Reused:
                    return (null, Problem.Refused(new Refusal("idempotency-key-reused", KeyHeader)));
            }
        }
        return JsonInput.Parse(body, out var malformed) is { } input
            ? (new(input, key, hash), null)
            : (null, Problem.Malformed(malformed!));
    }

    /// <summary>The last step: the answer is kept under the key before it is given.</summary>
    async Task<IResult> GiveAsync(HttpContext context, Request request, PostAnswer told, string? etag)
    {
        var given = new GivenAnswer(
            told.Status, JsonSerializer.Serialize(told.Body, json.Value.SerializerOptions), etag, told.Location);
        if (request.Key is { } key)
            await idempotency.KeepAsync(context.GetActor(), key, request.Hash, given, context.RequestAborted);
        return new Given(given);
    }

    /// <summary>
    /// A request that was done but whose answer was lost comes again under its key: what it recorded is there, under
    /// the ids made from the key, and is its answer. It is looked for only where the request cannot be done (again).
    /// </summary>
    async Task<Outcome> RunOnceAsync(IOperation operation, Actor actor, RequestStamp stamp, CancellationToken cancel)
    {
        try
        {
            var outcome = await desk.RunAsync(operation, actor, stamp, cancel);
            return outcome is Outcome.Done || stamp.EventPrefix is null
                ? outcome
                : await FindDoneAsync(actor, stamp.EventPrefix, cancel) ?? outcome;
        }
        catch (DuplicateEventException) when (stamp.EventPrefix is not null)
        {
            if (await FindDoneAsync(actor, stamp.EventPrefix, cancel) is { } done) return done;
            throw;
        }
    }

    async Task<Outcome?> FindDoneAsync(Actor actor, string prefix, CancellationToken cancel)
    {
        var streams = await desk.QueryAsync<string>(
            "select stream from event where event_id = @id", new { id = prefix + "-0" }, cancel);
        if (streams.Count == 0) return null;
        var history = await desk.HistoryAsync(StreamName.Parse(streams[0]).Subject, cancel);
        var own = history.Where(r => r.Header.Stream.Administration == actor.Office.Administration).ToList();
        var done = own.Where(r => r.Header.EventId.StartsWith(prefix + "-", StringComparison.Ordinal)).ToList();
        return new Outcome.Done(done, own[^1].Header.Version);
    }

    public static string ETagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The status of a refusal, by its stable code.</summary>
    public static int StatusOf(Refusal why) => why.Code switch
    {
        "movement-unknown" or "unit-unknown" or "guarantee-unknown" or "closure-unknown" or "event-unknown"
            or "alert-unknown" or "device-unknown" or "command-unknown" =>
            StatusCodes.Status404NotFound,
        "not-departure-administration" or "not-departure-office" or "not-exit-administration"
            or "not-entry-administration" or "event-not-own" or "closure-not-own" or "alert-not-own"
            or "vendor-not-known" => StatusCodes.Status403Forbidden,
        "grn-exists" or "mrn-taken" or "device-in-books" or "local-reference-used"
            or "count-already-stated" => StatusCodes.Status409Conflict,
        _ when why.Code.StartsWith("input-", StringComparison.Ordinal) => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    static async Task<(byte[] Body, IResult? TooLarge)> ReadBodyAsync(HttpRequest request, CancellationToken cancel)
    {
        var refusal = new Refusal("body-too-large").With("limit", JsonInput.MaxBytes);
        if (request.ContentLength > JsonInput.MaxBytes)
            return ([], Problem.Of(StatusCodes.Status413PayloadTooLarge, refusal));
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(chunk, cancel)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > JsonInput.MaxBytes)
                return ([], Problem.Of(StatusCodes.Status413PayloadTooLarge, refusal));
        }
        // A page of another site can send plain text with the cookie, but not JSON.
        return buffer.Length > 0 && !request.HasJsonContentType()
            ? ([], Problem.Of(StatusCodes.Status415UnsupportedMediaType, new Refusal("json-expected", "Content-Type")))
            : (buffer.ToArray(), null);
    }

    static bool TryReadKey(HttpRequest request, out string? key)
    {
        var header = request.Headers[KeyHeader];
        key = header.Count == 0 ? null : header.ToString();
        return key is null or { Length: >= 1 and <= Idempotency.MaxKeyLength }
            && (key ?? "").All(c => c is > ' ' and < '\u007F');
    }

    static bool TryReadIfMatch(HttpRequest request, out long? version)
    {
        version = null;
        var header = request.Headers.IfMatch.ToString();
        if (header is "" or "*") return true;
        if (!EntityTagHeaderValue.TryParse(header, out var tag) || tag.IsWeak) return false;
        var ok = long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number);
        version = ok ? number : null;
        return ok;
    }

    sealed class Given(GivenAnswer answer) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => answer.Status;

        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = "application/json; charset=utf-8";
            if (answer.ETag is not null) context.Response.Headers.ETag = answer.ETag;
            if (answer.Location is not null) context.Response.Headers.Location = answer.Location;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.Body), context.RequestAborted)
                .AsTask();
        }
    }
}
