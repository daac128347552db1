using System.Runtime.InteropServices;

namespace Rahdari.Ledger;

/// <summary>
/// Makes the names in a folder reach the disk (open(2), fsync(2) on a directory), which the runtime has no call for.
/// </summary>
static partial class DiskFolder
{
    const string Library = "libc";

    // O_RDONLY | O_DIRECTORY | O_CLOEXEC on Linux, all architectures the runtime supports but 32-bit Arm.
    const int OpenFolder = 0x10000 | 0x80000;

    /// <exception cref="IOException">The folder could not be opened or synchronised.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var handle = Open(folder, OpenFolder);
        if (handle < 0) throw Failed("open", folder);
        try
        {
            if (Synchronise(handle) != 0) throw Failed("fsync", folder);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    static IOException Failed(string call, string folder) =>
        new($"{call} of folder {folder} failed with error {Marshal.GetLastPInvokeError()}");

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int handle);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int handle);
}
