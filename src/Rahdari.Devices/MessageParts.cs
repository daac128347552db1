namespace Rahdari.Devices;

/// <summary>
/// Parts of longer messages that a connection has sent and not finished. Immutable, and bounded in every direction:
/// what goes beyond is given up and said so. The parts' own bytes are in the journal by then; this is only the memory
/// that joins them.
/// </summary>
public sealed class MessageParts
{
    /// <summary>Messages under way at a time: a batch, and one that came in between.</summary>
    public const int MaxMessages = 2;

    /// <summary>Parts of one message.</summary>
    public const int MaxParts = 64;

    /// <summary>
    /// Bytes of one message, header included. A part has 1,023 bytes at most, and a record of a batch 30 at least, so
    /// a joined batch holds 546 records at most.
    /// </summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Frames of the connection after its first part in which a message must be finished.</summary>
    public const int MaxAgeFrames = 256;

    public static readonly MessageParts None = new([]);

    readonly Message[] messages;

    MessageParts(Message[] messages) => this.messages = messages;

    public bool IsEmpty => messages.Length == 0;

    /// <summary>Messages under way.</summary>
    public int Count => messages.Length;

    /// <summary>One frame later.</summary>
    /// <param name="givenUp">How many messages were too old.</param>
    public MessageParts Aged(out int givenUp)
    {
        givenUp = 0;
        if (IsEmpty) return this;
        var kept = new List<Message>(messages.Length);
        foreach (var message in messages)
            if (message.Age < MaxAgeFrames) kept.Add(message with { Age = message.Age + 1 });
        givenUp = messages.Length - kept.Count;
        return kept.Count == 0 ? None : new([.. kept]);
    }

    /// <summary>Adds a part.</summary>
    /// <param name="id">The kind of the message.</param>
    /// <param name="serial">The part's own serial, 16 bits. Parts count up, or all have the same.</param>
    /// <param name="number">1 to <paramref name="total"/>.</param>
    /// <param name="header">Kept from the first part that arrives.</param>
    internal Added Add(
        int id, int serial, int total, int number, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        var at = Array.FindIndex(messages, m => m.Holds(id, total, serial, number));
        if (at >= 0 && messages[at].Bodies[number - 1] is not null)
            return new(this, null, messages[at].Missing(), false);
        var message = at >= 0
            ? messages[at]
            : new(id, total, serial, number, header.ToArray(), new byte[total][], header.Length, 0);
        message = message.With(number, body);
        if (message.Bytes > MaxBytes) return new(Without(at), null, [], true);
        var missing = message.Missing();
        if (missing.Count == 0) return new(Without(at), message.Join(), missing, false);
        var rest = Without(at).messages;
        // The oldest makes room: its device has begun something else since.
        var full = rest.Length == MaxMessages;
        return new(new([.. full ? rest[1..] : rest, message]), null, missing, full);
    }

    /// <summary>Writes the bodies before a part one behind the other; answers their bytes, -1 where one of them has not
    /// come.</summary>
    /// <param name="target">At least <see cref="MaxBytes"/>.</param>
    internal int CopyBefore(int id, int serial, int total, int number, Span<byte> target)
    {
        if (number == 1) return 0;
        foreach (var message in messages)
        {
            if (number > total || !message.Holds(id, total, serial, number)) continue;
            var written = 0;
            for (var i = 0; i < number - 1; i++)
            {
                if (message.Bodies[i] is not { } body) return -1;
                body.CopyTo(target[written..]);
                written += body.Length;
            }
            return written;
        }
        return -1;
    }

    MessageParts Without(int at) =>
        at < 0 ? this : messages.Length == 1 ? None : new([.. messages[..at], .. messages[(at + 1)..]]);

    /// <summary>What became of a part.</summary>
    /// <param name="Whole">The header of the first part that came and all bodies; null while parts are missing.</param>
    /// <param name="Missing">The numbers of parts that have not come.</param>
    /// <param name="GaveUp">A message had to be given up for want of room.</param>
    internal readonly record struct Added(
        MessageParts Parts, byte[]? Whole, IReadOnlyList<int> Missing, bool GaveUp);

    sealed record Message(
        int Id, int Total, int Serial, int Number, byte[] Header, byte[]?[] Bodies, int Bytes, int Age)
    {
        public bool Holds(int id, int total, int serial, int number) => id == Id && total == Total
            && (serial == Serial || (ushort)(serial - number) == (ushort)(Serial - Number));

        public Message With(int number, ReadOnlySpan<byte> body)
        {
            var bodies = (byte[]?[])Bodies.Clone();
            bodies[number - 1] = body.ToArray();
            return this with { Bodies = bodies, Bytes = Bytes + body.Length };
        }

        public IReadOnlyList<int> Missing()
        {
            var missing = new List<int>();
            for (var i = 0; i < Bodies.Length; i++)
                if (Bodies[i] is null) missing.Add(i + 1);
            return missing;
        }

        public byte[] Join()
        {
            var whole = new byte[Bytes];
            Header.CopyTo(whole, 0);
            var at = Header.Length;
            foreach (var body in Bodies)
            {
                body!.CopyTo(whole, at);
                at += body!.Length;
            }
            return whole;
        }
    }
}
