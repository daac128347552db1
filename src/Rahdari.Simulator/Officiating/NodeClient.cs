using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rahdari.Simulator.Officiating;

/// <summary>
/// One node over HTTP. An outage (no connection, no answer in time, a 5xx) is tried again, since the server may be
/// restarting; an answer of any other kind is handed back as it came.
/// </summary>
sealed class NodeClient(SimulatedNode node, HttpClient http, TimeProvider machine)
{
    /// <summary>Machine time one attempt may take.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>An error that is no outage (a bug) comes back however often it is asked for.</summary>
    const int MaxServerErrors = 10;

    /// <summary>What is not known is not said.</summary>
    static readonly JsonSerializerOptions Form =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    public SimulatedNode Node => node;

    public Task<ApiAnswer> GetAsync(string key, string path, CancellationToken cancel) =>
        TryAsync(path, () => Request(HttpMethod.Get, key, path), cancel);

    /// <param name="idempotencyKey">The same for every attempt at the same step, also after a restart.</param>
    public Task<ApiAnswer> PostAsync(
        string key, string path, object body, string idempotencyKey, CancellationToken cancel)
    {
        HttpRequestMessage Compose()
        {
            var request = Request(HttpMethod.Post, key, path);
            request.Headers.Add("Idempotency-Key", idempotencyKey);
            request.Content = JsonContent.Create(body, options: Form);
            return request;
        }

        return TryAsync(path, Compose, cancel);
    }

    HttpRequestMessage Request(HttpMethod method, string key, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(node.Url, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    async Task<ApiAnswer> TryAsync(string path, Func<HttpRequestMessage> compose, CancellationToken cancel)
    {
        var backoff = new Backoff(machine);
        for (var errors = 0; ;)
        {
            Exception? outage = null;
            try
            {
                var answer = await SendAsync(compose, cancel).ConfigureAwait(false);
                if (answer.Status < 500) return answer;
                if (answer.Status is not (502 or 503 or 504) && ++errors == MaxServerErrors) return answer;
            }
            catch (Exception e) when (!cancel.IsCancellationRequested
                && e is HttpRequestException or IOException or OperationCanceledException)
            {
                outage = e;
            }
            await backoff.WaitAsync($"{node.Node} {path}", outage, cancel).ConfigureAwait(false);
        }
    }

    async Task<ApiAnswer> SendAsync(Func<HttpRequestMessage> compose, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, machine);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        using var request = compose();
        using var response = await http.SendAsync(request, both.Token).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(both.Token).ConfigureAwait(false);
        return new((int)response.StatusCode, Parse(body));
    }

    /// <summary>A body that is no JSON (a proxy's page) tells nothing; the status remains.</summary>
    static JsonElement Parse(byte[] body)
    {
        if (body.Length == 0) return Nothing;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }
}
