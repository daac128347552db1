using System.Globalization;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>
/// The demo's corridor time on disk, so that a restart goes on where it stood: one line
/// <c>rahdari-clock 1 TIME</c>, replaced whole.
/// </summary>
static class SavedClock
{
    const string Header = "rahdari-clock 1 ";

    /// <summary>The saved time, or the scenario's start where nothing was saved.</summary>
    /// <exception cref="InvalidDataException">The file is of a format this version does not know.</exception>
    public static DateTimeOffset Read(string path, DateTimeOffset start)
    {
        if (!File.Exists(path)) return start;
        var text = File.ReadAllText(path).TrimEnd('\n');
        return text.StartsWith(Header, StringComparison.Ordinal)
            && CorridorTime.TryParseExact(text[Header.Length..], out var saved)
            ? saved
            : throw new InvalidDataException($"{path} is no clock of a format this version knows (rahdari-clock 1)");
    }

    public static void Write(string path, DateTimeOffset now)
    {
        var draft = path + ".new";
        File.WriteAllText(draft, string.Create(CultureInfo.InvariantCulture, $"{Header}{now.ToRfc3339()}\n"));
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Saves once a second of machine time until cancelled, and once more at the end.</summary>
    public static async Task KeepAsync(string path, CorridorClock clock, TimeProvider machine, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), machine);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel)) Write(path, clock.Now);
        }
        catch (OperationCanceledException)
        {
            Write(path, clock.Now);
        }
    }
}
