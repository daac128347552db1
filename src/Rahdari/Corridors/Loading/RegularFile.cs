using System.Runtime.InteropServices;

namespace Rahdari.Corridors.Loading;

/// <summary>
/// Whether a path is a file of bytes. Opening a FIFO waits for a writer that may never come, and a device may be read
/// without end: what is no regular file is told by its type, without being opened.
/// </summary>
static partial class RegularFile
{
    // linux/stat.h: the form of statx is the same on every architecture, that of stat is not.
    const int BesideCurrent = -100, FormBytes = 256, ModeAt = 28;
    const uint TypeAsked = 1;

    // inode(7).
    const int TypeMask = 0xF000, Regular = 0x8000;

    // errno(3): nothing there, or links that lead to each other.
    const int Missing = 2, Loop = 40;

    /// <summary>
    /// A link is what it leads to, and none where it leads nowhere. True where the system does not tell: opening does.
    /// </summary>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        Span<byte> form = stackalloc byte[FormBytes];
        if (Ask(BesideCurrent, path, 0, TypeAsked, form) != 0)
            return Marshal.GetLastPInvokeError() is not (Missing or Loop);
        return (MemoryMarshal.Read<ushort>(form[ModeAt..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint asked, Span<byte> form);
}
