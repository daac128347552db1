using System.Threading.Channels;

namespace Rahdari.Web.Live;

/// <summary>One reader's place among the held events. Used by one caller at a time.</summary>
sealed class LiveReader(LiveFeed feed, long next, byte[] greeting) : IDisposable
{
    readonly Channel<bool> news =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    readonly CancellationTokenSource dropped = new();

    /// <summary>The number it has not had yet; guarded by the feed.</summary>
    internal long Next { get; set; } = next;

    /// <summary>Sent first: the reader's place, or that it has to begin anew.</summary>
    public byte[] Greeting => greeting;

    /// <summary>Cancelled once its place is no longer held.</summary>
    public CancellationToken Dropped => dropped.Token;

    /// <summary>Frames it has not had, as soon as there are any.</summary>
    public async Task<byte[]> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (feed.Take(this) is { Length: > 0 } frames) return frames;
            await news.Reader.ReadAsync(cancel);
        }
    }

    internal void Wake() => news.Writer.TryWrite(true);

    /// <summary>Whoever tells does not run what follows.</summary>
    internal void Drop() => dropped.CancelAsync();

    public void Dispose() => feed.Close(this);
}
