using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Ledger;

namespace Rahdari.Federation;

/// <summary>
/// The line to another administration's node. A seam: tests put a faulty or lying far side behind it.
/// </summary>
interface IPeerLink : ILogSource
{
    /// <param name="subject">Only entries of this subject, from <paramref name="from"/> on; null for all.</param>
    /// <exception cref="HttpRequestException">The other side cannot be reached or refuses.</exception>
    /// <exception cref="JsonException">What it answers is not a list of entries.</exception>
    Task<IReadOnlyList<PeerEntry>> EntriesAsync(
        long from, int limit, string? subject, CancellationToken cancel);
}

/// <summary>The line over HTTP.</summary>
sealed class HttpPeerLink(HttpClient http, string origin, string apiKey) : IPeerLink
{
    /// <summary>256 entries with openings are a few hundred kB; 16 MB means that the far side sends something
    /// else.</summary>
    public const long MaxAnswerBytes = 16 << 20;

    public async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri($"log/{origin}/{path}", UriKind.Relative), cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    public async Task<IReadOnlyList<PeerEntry>> EntriesAsync(
        long from, int limit, string? subject, CancellationToken cancel)
    {
        var only = subject is null ? "" : $"&subject={Uri.EscapeDataString(subject)}";
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"api/v1/entries/{origin}?from={from}&limit={limit}{only}", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", apiKey);
        using var answer = await http.SendAsync(request, cancel);
        answer.EnsureSuccessStatusCode();
        var node = JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        return node is JsonArray array
            ? [.. array.Select(PeerEntry.FromJson)]
            : throw new JsonException("a list of entries was expected");
    }
}
