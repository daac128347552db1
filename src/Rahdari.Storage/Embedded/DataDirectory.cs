using System.Globalization;
using System.Text;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// The data directory: a file <c>format</c> says what it is and in which version, a file <c>lock</c> is held by the one
/// process that may write it.
/// </summary>
public static class DataDirectory
{
    public const int FormatVersion = 1;
    const string FormatName = "rahdari-data";
    const string FormatFile = "format";
    const string LockFile = "lock";

    // What the runtime puts in HResult where another process holds the file: errno, or the Win32 error.
    const int LinuxWouldBlock = 11;
    const int MacWouldBlock = 35;
    const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>How often a standby tries for the lock; the operating system frees it when the holder ends.</summary>
    static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Checks that the directory is ours and of a format this build knows; makes an empty or missing one ours. Call it
    /// before anything else is put there.
    /// </summary>
    /// <exception cref="StoreRefusedException">It is not ours, or newer than this build.</exception>
    public static void Prepare(string directory)
    {
        Directory.CreateDirectory(directory);
        var format = Path.Combine(directory, FormatFile);
        if (File.Exists(format))
        {
            Check(format);
            return;
        }
        var stranger = Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName)
            .Where(name => name != LockFile && name != FormatFile + ".new").Order().FirstOrDefault();
        if (stranger is not null)
            throw new StoreRefusedException("data-directory-foreign",
                $"{directory} holds {stranger} but no file '{FormatFile}': it is no data directory of rahdari. "
                + "Name an empty or a new folder");
        Write(format);
    }

    /// <summary>
    /// Holds a data directory (made where it is missing) against every other process until disposed; where another one
    /// has it, calls <paramref name="onStandby"/> once and waits.
    /// </summary>
    /// <exception cref="StoreRefusedException">It is not ours, or newer than this build.</exception>
    public static async Task<FileStream> HoldAsync(
        string directory, TimeProvider time, Action? onStandby, CancellationToken cancel)
    {
        Prepare(directory);
        for (var first = true; ; first = false)
        {
            if (TryHold(directory) is { } held) return held;
            if (first) onStandby?.Invoke();
            await Task.Delay(LockPoll, time, cancel);
        }
    }

    internal static FileStream? TryHold(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            return null;
        }
    }

    static void Check(string format)
    {
        var words = File.ReadAllText(format).TrimEnd('\n').Split(' ');
        if (words is not [FormatName, var version]
            || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw new StoreRefusedException("data-format-unreadable",
                $"{format} does not hold '{FormatName} N': it is damaged or not ours");
        if (number > FormatVersion)
            throw new StoreRefusedException("data-format-newer", string.Create(CultureInfo.InvariantCulture,
                $"{format} says format {number}, this build knows {FormatVersion}: use a newer rahdari"));
    }

    static void Write(string format)
    {
        using (var file = new FileStream(format + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{FormatName} {FormatVersion}\n")));
            file.Flush(flushToDisk: true);
        }
        File.Move(format + ".new", format, overwrite: true);
    }
}
