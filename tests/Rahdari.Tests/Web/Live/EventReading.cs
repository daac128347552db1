using System.Net.Http.Headers;
using System.Text.Json;

namespace Rahdari.Tests.Web.Live;

/// <summary>One thing a stream says: an event, an id alone, a comment or a wait.</summary>
/// <param name="Kind">The event's name; <c>:</c> for a comment; empty where there is no data.</param>
sealed record Heard(string Kind, string? Id, string? Data)
{
    public JsonElement Json => JsonDocument.Parse(Data!).RootElement;
}

/// <summary>Reads server-sent events as the HTML standard says, from a connection of its own.</summary>
sealed class EventReading : IDisposable
{
    /// <summary>Only reached where the stream is broken.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly CancellationTokenSource patience = new(Patience);
    readonly HttpResponseMessage answer;
    readonly StreamReader lines;

    EventReading(HttpResponseMessage answer, Stream body) => (this.answer, lines) = (answer, new(body));

    public HttpResponseHeaders Headers => answer.Headers;

    public static async Task<EventReading> OpenAsync(HttpClient http, string? lastEventId = null)
    {
        var answer = await SendAsync(http, lastEventId);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new(answer, await answer.Content.ReadAsStreamAsync());
    }

    public static Task<HttpResponseMessage> SendAsync(HttpClient http, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The next block; null at the end of the stream.</summary>
    public async Task<Heard?> NextAsync()
    {
        string? id = null, data = null;
        var kind = "";
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0) return new(kind, id, data);
            var colon = line.IndexOf(':');
            var value = line[(colon + 1)..].TrimStart();
            if (colon == 0) kind = ":";
            else if (line[..colon] == "id") id = value;
            else if (line[..colon] == "event") kind = value;
            else if (line[..colon] == "data") data = value;
        }
        return null;
    }

    /// <summary>The next block that has data.</summary>
    public async Task<Heard> NextEventAsync()
    {
        while (true)
        {
            var next = await NextAsync() ?? throw new InvalidOperationException("the stream ended");
            if (next.Data is not null) return next;
        }
    }

    /// <summary>The id the stream begins with.</summary>
    public async Task<string> PlaceAsync()
    {
        Assert.Equal(new Heard("", null, null), await NextAsync());
        return (await NextAsync())!.Id!;
    }

    public void Dispose()
    {
        lines.Dispose();
        answer.Dispose();
        patience.Dispose();
    }
}
