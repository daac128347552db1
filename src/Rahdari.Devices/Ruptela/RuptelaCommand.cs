namespace Rahdari.Devices.Ruptela;

/// <summary>What a frame is, and what it is answered with.</summary>
static class RuptelaCommand
{
    public const byte Records = 1, TroubleCodes = 9, Identification = 15, Heartbeat = 16, DriverRegistration = 36,
        ExtendedRecords = 68;

    /// <summary>Answer to records of both forms.</summary>
    public const byte RecordsAnswer = 100;

    /// <summary>The answer to any other command, and the server's own of that number.</summary>
    public static byte Answer(byte command) => (byte)(command + 100);
}
