using System.Globalization;
using System.Text;
using Rahdari.Devices.Jt600;

namespace Rahdari.Simulator.Reporting;

/// <summary>
/// A JT701D lock: no login, one binary record a frame, kept until <c>(P69,0,SERIAL)</c> comes back; flag 1 asks for
/// it once more.
/// </summary>
sealed class Jt600Wire(string terminalId) : IDeviceWire
{
    /// <summary>Longer than any answer the manual has.</summary>
    const int MaxAnswerBytes = 64;

    /// <summary>Answers to earlier records a lock reads past before it gives up waiting for the one it wants.</summary>
    const int MaxStaleAnswers = 8;

    public string Protocol => "jt600";

    public Task<bool> GreetAsync(Stream stream, CancellationToken cancel) => Task.FromResult(true);

    public IReadOnlyList<PlannedReport> Choose(DeviceMemory memory) =>
        memory.Next() is { } report ? [report] : [];

    public async Task<int> SendAsync(
        Stream stream, IReadOnlyList<PlannedReport> reports, CancellationToken cancel)
    {
        var message = reports[0].Message;
        await stream.WriteAsync(Jt600Encoder.Record(terminalId, message), cancel).ConfigureAwait(false);
        for (var i = 0; i < MaxStaleAnswers; i++)
        {
            var (flag, serial) = Read(await AnswerAsync(stream, cancel).ConfigureAwait(false));
            if (serial == message.DeviceSerial) return flag == 0 ? 1 : 0;
        }
        throw new IOException($"no answer to record {message.DeviceSerial}");
    }

    static async Task<string> AnswerAsync(Stream stream, CancellationToken cancel)
    {
        var answer = new byte[MaxAnswerBytes];
        for (var length = 0; length < MaxAnswerBytes; length++)
        {
            await stream.ReadExactlyAsync(answer.AsMemory(length, 1), cancel).ConfigureAwait(false);
            if (answer[length] == ')') return Encoding.ASCII.GetString(answer, 0, length + 1);
        }
        throw new IOException("the answer has no end");
    }

    static (int Flag, int Serial) Read(string answer)
    {
        var parts = answer.Trim('(', ')').Split(',');
        if (parts is ["P69", var flag, var serial]
            && int.TryParse(flag, NumberStyles.None, CultureInfo.InvariantCulture, out var f)
            && int.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out var s)) return (f, s);
        throw new IOException($"'{answer}' answers no record");
    }
}
