using System.Net;
using Rahdari.Ledger;

namespace Rahdari.Transparency.Verifying;

/// <summary>A log at an address, read as C2SP tlog-tiles says.</summary>
/// <param name="prefix">The log's address; <c>checkpoint</c> lies directly below it.</param>
sealed class HttpLogSource(HttpClient client, Uri prefix) : ILogSource
{
    /// <summary>A bundle of 256 entries of 65,535 bytes with their lengths, the largest file a log can have.</summary>
    public const long MaxFileBytes = 256 * (2 + EntryBundle.MaxEntryLength);

    readonly string prefix = prefix.AbsoluteUri.TrimEnd('/');

    /// <exception cref="HttpRequestException">The address cannot be reached, or answers neither with the file nor that
    /// there is none.</exception>
    public async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel)
    {
        using var answer = await client.GetAsync(new Uri($"{prefix}/{path}"), cancel);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    public static HttpClient NewClient() =>
        new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All })
    {
        MaxResponseContentBufferSize = MaxFileBytes,
        // One file of at most 16.8 MB over a line of about 5 Mbit/s.
        Timeout = TimeSpan.FromSeconds(30),
    };
}
