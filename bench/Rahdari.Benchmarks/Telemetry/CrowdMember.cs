using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>One lock of a crowd: a connection that sends records and counts their answers.</summary>
/// <param name="number">Which lock it is.</param>
sealed class CrowdMember(int number) : IDisposable
{
    /// <summary>Frames written at once while pouring, and how often it is looked what is due.</summary>
    const int PouredAtOnce = 64;

    /// <summary>As a device has it: what the node does not take stays with the device, not in the machine's buffers.
    /// </summary>
    const int SendBuffer = 8 * 1024;

    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>For the last answers: what takes longer than a minute's pour does not come any more.</summary>
    static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    readonly string device = CrowdFrames.DeviceOf(number);
    readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        SendBufferSize = SendBuffer,
    };
    readonly byte[] answers = new byte[2048];

    /// <summary>Frames written so far, and those answered.</summary>
    public long Sent { get; private set; }

    public long Answered { get; private set; }

    public string Device => device;

    /// <param name="port">The intake's.</param>
    /// <param name="from">A loopback address of its own for each some 25,000 connections.</param>
    public async Task ConnectAsync(int port, IPAddress from)
    {
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
    }

    /// <summary>
    /// Sends a window of frames, waits for all their answers, and so on until it is time to stop.
    /// </summary>
    /// <param name="window">Frames written at once.</param>
    /// <param name="until">Timestamp after which no window is begun.</param>
    /// <param name="waits">Microseconds from writing a window to its last answer.</param>
    /// <param name="done">Counts answers.</param>
    public async Task SendAsync(int window, long until, List<int> waits, Action<int> done)
    {
        while (Stopwatch.GetTimestamp() < until) await SendOnceAsync(window, waits, done);
    }

    /// <summary>Sends one window of frames and waits for all their answers.</summary>
    public async Task SendOnceAsync(int window, List<int> waits, Action<int> done)
    {
        await SendOnceAsync(Next(window), window, waits, done);
    }

    /// <summary>Sends what it stored, a window at a time, each as soon as the one before is answered.</summary>
    public async Task FlushAsync(IReadOnlyList<byte[]> stored, int window, List<int> waits, Action<int> done)
    {
        foreach (var frames in stored.Chunk(window))
            await SendOnceAsync([.. frames.SelectMany(f => f)], frames.Length, waits, done);
    }

    /// <summary>
    /// Sends at a rate whether answered or not, as far as the socket takes it; completes when all that was taken is
    /// answered, the connection has ended, or the last answers stay away too long.
    /// </summary>
    /// <param name="every">Time between two frames.</param>
    /// <param name="until">Timestamp after which nothing is sent.</param>
    /// <param name="done">Counts answers.</param>
    public async Task PourAsync(TimeSpan every, long until, Action<int> done)
    {
        var pouring = WriteAsync(every, until);
        var reading = CountAsync(done);
        await pouring;
        var last = Sent;
        var written = Stopwatch.GetTimestamp();
        while (Answered < last && !reading.IsCompleted && Stopwatch.GetElapsedTime(written) < Most)
            await Task.WhenAny(reading, Task.Delay(20));
        socket.Shutdown(SocketShutdown.Both);
        await reading;
    }

    public void Dispose() => socket.Dispose();

    async Task SendOnceAsync(byte[] frames, int window, List<int> waits, Action<int> done)
    {
        var started = Stopwatch.GetTimestamp();
        await socket.SendAsync(frames);
        for (var left = window; left > 0;) left -= await ReadAsync();
        waits.Add((int)Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        done(window);
    }

    async Task WriteAsync(TimeSpan every, long until)
    {
        var (started, first) = (Stopwatch.GetTimestamp(), Sent);
        for (long now; (now = Stopwatch.GetTimestamp()) < until;)
        {
            var due = (long)(Stopwatch.GetElapsedTime(started, now) / every) - (Sent - first);
            // What it could not send in time is sent as soon as the socket takes it: that is what overload is.
            if (due > 0) await socket.SendAsync(Next((int)Math.Min(due, PouredAtOnce)));
            else await Task.Delay(Breath);
        }
    }

    async Task CountAsync(Action<int> done)
    {
        try
        {
            while (true)
            {
                var count = await ReadAsync();
                done(count);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Whatever is not answered by now is not answered.
        }
    }

    async ValueTask<int> ReadAsync()
    {
        var read = await socket.ReceiveAsync(answers);
        if (read == 0) throw new IOException("the intake closed the connection");
        var count = answers.AsSpan(0, read).Count(CrowdFrames.AnswerEnd);
        Answered += count;
        return count;
    }

    byte[] Next(int count)
    {
        if (count == 1) return CrowdFrames.Record(device, ++Sent);
        var frames = new byte[count][];
        for (var i = 0; i < count; i++) frames[i] = CrowdFrames.Record(device, ++Sent);
        return [.. frames.SelectMany(f => f)];
    }
}
