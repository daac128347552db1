using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Rahdari.Devices;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>What one slice of a crowd's sending came to.</summary>
/// <param name="Frames">Answered.</param>
/// <param name="Seconds">From the first frame to the last answer.</param>
/// <param name="P50">Milliseconds from writing to answer.</param>
/// <param name="PerSecond">Answers in each second of it.</param>
/// <param name="Answers">Answered so far of each lock, where they are asked for.</param>
sealed record CrowdSlice(
    long Frames, double Seconds, double P50, double P99, double Longest, int[] PerSecond,
    Dictionary<string, long>? Answers);

/// <summary>
/// The other process: it holds crowds of locks and does one line of its input after the other, answering each with a
/// line of JSON. <c>open NAME PORT COUNT FIRST</c> connects locks numbered from FIRST; <c>send NAME SECONDS WINDOW</c>
/// has each wait for its answers; <c>once NAME</c> has each send one frame; <c>pour NAME SECONDS FRAMES</c> sends so
/// many frames a second, all together, whether answered or not; <c>flush NAME COUNT WINDOW START STEP</c> sends so many
/// stored records of a truck that drives, from a time in microseconds on, seconds apart; <c>close NAME</c>.
/// </summary>
static class CrowdProcess
{
    /// <summary>The bench's first argument in this process.</summary>
    public const string Name = "crowd-process";

    /// <summary>Connections made at once: fewer than wait in a listener's queue.</summary>
    const int AtOnce = 100;

    /// <summary>Connections of one source address, below the number of ports it has.</summary>
    const int OfAddress = 20_000;

    /// <summary>A loaded truck's mean over a day under way: 36 km/h.</summary>
    const int MetresASecond = 10;

    public static async Task RunAsync()
    {
        var crowds = new Dictionary<string, CrowdMember[]>();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var slice = words[0] switch
            {
                "open" => await OpenAsync(crowds, words[1], Int(words[2]), Int(words[3]), Int(words[4])),
                "send" => await SendAsync(crowds[words[1]], Seconds(words[2]), Int(words[3])),
                "once" => await OnceAsync(crowds[words[1]]),
                "flush" => await FlushAsync(
                    crowds[words[1]], Int(words[2]), Int(words[3]), Micros(words[4]), Int(words[5])),
                "pour" => await PourAsync(crowds[words[1]], Seconds(words[2]), Int(words[3])),
                _ => Close(crowds, words[1]),
            };
            Console.WriteLine(JsonSerializer.Serialize(slice));
        }
    }

    static async Task<CrowdSlice> OpenAsync(
        Dictionary<string, CrowdMember[]> crowds, string name, int port, int count, int first)
    {
        var members = Enumerable.Range(first, count).Select(i => new CrowdMember(i)).ToArray();
        foreach (var some in members.Index().Chunk(AtOnce))
            await Task.WhenAll(some.Select(m =>
                m.Item.ConnectAsync(port, new IPAddress([127, 0, 0, (byte)(1 + (m.Index / OfAddress))]))));
        crowds[name] = members;
        return new(0, 0, 0, 0, 0, [], null);
    }

    static async Task<CrowdSlice> SendAsync(CrowdMember[] members, TimeSpan length, int window)
    {
        var waits = members.Select(_ => new List<int>()).ToArray();
        return await MeasureAsync(length, (until, done) =>
            Task.WhenAll(members.Select((m, i) => m.SendAsync(window, until, waits[i], done))), waits, null);
    }

    /// <summary>One frame each, some at a time, with its answer.</summary>
    static async Task<CrowdSlice> OnceAsync(CrowdMember[] members)
    {
        var waits = members.Select(_ => new List<int>()).ToArray();
        return await MeasureAsync(TimeSpan.Zero, async (_, done) =>
        {
            foreach (var some in members.Index().Chunk(AtOnce))
                await Task.WhenAll(some.Select(m => m.Item.SendOnceAsync(1, waits[m.Index], done)));
        }, waits, null);
    }

    /// <summary>Two locks after each other are on one truck.</summary>
    static async Task<CrowdSlice> FlushAsync(
        CrowdMember[] members, int count, int window, DateTimeOffset start, int stepSeconds)
    {
        var road = new RoadAhead();
        var places = Enumerable.Range(1, count).Select(n => road.At(MetresASecond * stepSeconds * n)).ToArray();
        var stored = members.Select(m => Enumerable.Range(1, count).Select(n => CrowdFrames.Record(
            m.Device, n, RecordClass.Stored, start.AddSeconds(n * stepSeconds), places[n - 1],
            new Speed(MetresASecond * 3_600))).ToArray()).ToArray();
        var waits = members.Select(_ => new List<int>()).ToArray();
        return await MeasureAsync(TimeSpan.Zero, (_, done) =>
            Task.WhenAll(members.Select((m, i) => m.FlushAsync(stored[i], window, waits[i], done))), waits, null);
    }

    static async Task<CrowdSlice> PourAsync(CrowdMember[] members, TimeSpan length, int framesASecond)
    {
        var every = TimeSpan.FromSeconds((double)members.Length / framesASecond);
        return await MeasureAsync(length, (until, done) =>
            Task.WhenAll(members.Select(m => m.PourAsync(every, until, done))), [], members);
    }

    static async Task<CrowdSlice> MeasureAsync(
        TimeSpan length, Func<long, Action<int>, Task> work, List<int>[] waits, CrowdMember[]? answers)
    {
        var perSecond = new int[(int)length.TotalSeconds + 600];
        var started = Stopwatch.GetTimestamp();
        await work(started + (long)(length.TotalSeconds * Stopwatch.Frequency), count =>
            Interlocked.Add(ref perSecond[(int)Stopwatch.GetElapsedTime(started).TotalSeconds], count));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var sorted = waits.SelectMany(w => w).Order().ToArray();
        return new(
            perSecond.Sum(n => (long)n), seconds, At(0.5), At(0.99), At(1), perSecond[..((int)seconds + 1)],
            answers?.ToDictionary(m => m.Device, m => m.Answered));

        double At(double part) =>
            sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))] / 1000.0;
    }

    static CrowdSlice Close(Dictionary<string, CrowdMember[]> crowds, string name)
    {
        foreach (var member in crowds[name]) member.Dispose();
        crowds.Remove(name);
        return new(0, 0, 0, 0, 0, [], null);
    }

    static int Int(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    static DateTimeOffset Micros(string word) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(long.Parse(word, CultureInfo.InvariantCulture));

    static TimeSpan Seconds(string word) =>
        TimeSpan.FromSeconds(double.Parse(word, CultureInfo.InvariantCulture));
}
