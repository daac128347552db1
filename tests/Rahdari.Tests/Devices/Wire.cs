using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

/// <summary>What must hold of every protocol's scanner and decoder, whatever the bytes.</summary>
static class Wire
{
    /// <summary>
    /// Far above what the largest frame of any protocol needs: 255 records of some 300 bytes each.
    /// </summary>
    const long MaxAllocatedBytesPerFrame = 128 * 1024;

    /// <summary>A whole frame scans as one frame of its length; its prefixes ask for more.</summary>
    public static void AssertTruncatesCleanly(IDeviceProtocol protocol, byte[] frame)
    {
        Assert.Equal(FrameScan.Frame(frame.Length), protocol.Scan(frame));
        for (var length = 0; length < frame.Length; length++)
        {
            var scan = protocol.Scan(frame.AsSpan(0, length));
            Assert.True(scan == FrameScan.NeedMore, $"{length} of {frame.Length} bytes scan as {scan}");
            Assert.NotNull(protocol.Decode(frame.AsSpan(0, length), DeviceSession.Fresh, DecodeOptions.Default));
        }
    }

    /// <summary>Feeds a stream in pieces and answers what was decoded; checks that scanning always gets on.</summary>
    public static List<DecodedFrame> Feed(IDeviceProtocol protocol, ReadOnlySpan<byte> stream, int piece)
    {
        var frames = new List<DecodedFrame>();
        var buffer = new List<byte>();
        var session = DeviceSession.Fresh;
        for (var at = 0; at < stream.Length; at += piece)
        {
            buffer.AddRange(stream[at..Math.Min(stream.Length, at + piece)]);
            while (true)
            {
                var bytes = buffer.ToArray();
                var scan = protocol.Scan(bytes);
                if (scan.Kind == FrameScanKind.NeedMore)
                {
                    Assert.True(bytes.Length < protocol.MaxFrameBytes, "a full buffer still asks for more");
                    break;
                }
                Assert.InRange(scan.Length, 1, bytes.Length);
                if (scan.Kind == FrameScanKind.Frame)
                {
                    Assert.True(scan.Length <= protocol.MaxFrameBytes, "a frame beyond the limit");
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    var frame = protocol.Decode(bytes.AsSpan(0, scan.Length), session, DecodeOptions.Default);
                    var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                    Assert.True(allocated <= MaxAllocatedBytesPerFrame, $"one frame allocates {allocated} bytes");
                    if (frame.Checksum == ChecksumVerdict.Bad)
                        Assert.True(frame.Messages.Count == 0 && frame.Reply is null);
                    session = frame.Session;
                    frames.Add(frame);
                }
                buffer.RemoveRange(0, scan.Length);
                if (buffer.Count == 0) break;
            }
        }
        return frames;
    }

    /// <summary>
    /// Frames one after the other, each with the same bytes behind it, are all found and read as their device's,
    /// however the stream is cut.
    /// </summary>
    /// <returns>What was read.</returns>
    public static List<DecodedFrame> AssertEachIsFound(
        IDeviceProtocol protocol, IReadOnlyCollection<byte[]> whole, string device, int piece,
        ReadOnlySpan<byte> behindEach = default)
    {
        var behind = behindEach.ToArray();
        var frames = Feed(protocol, whole.SelectMany(f => f.Concat(behind)).ToArray(), piece);
        Assert.Equal(whole.Count, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Error));
        Assert.All(frames, f => Assert.Equal(device, f.DeviceId));
        return frames;
    }

    /// <summary>Of a frame with any one byte of a range changed nothing is used: it is refused, and not answered.
    /// </summary>
    /// <param name="verdict">What is said of its checksum; null where the byte may be one that the checksum is found
    /// by.</param>
    public static void AssertNoChangePasses(
        IDeviceProtocol protocol, byte[] frame, Range checkedBytes, ChecksumVerdict? verdict = ChecksumVerdict.Bad)
    {
        var (from, count) = checkedBytes.GetOffsetAndLength(frame.Length);
        for (var i = from; i < from + count; i++)
        {
            var damaged = frame.ToArray();
            damaged[i] ^= 0x20;
            var read = protocol.Decode(damaged, DeviceSession.Fresh, DecodeOptions.Default);
            Assert.True(
                verdict is null ? read.Checksum != ChecksumVerdict.Ok : read.Checksum == verdict,
                $"byte {i}: {read.Checksum}");
            Assert.Empty(read.Messages);
            Assert.Null(read.Reply);
            Assert.NotNull(read.Error);
        }
    }

    /// <summary>Mutates whole frames with a seeded generator and feeds them, alone and as a stream.</summary>
    public static void Fuzz(IDeviceProtocol protocol, IReadOnlyList<byte[]> frames, int seed)
    {
        // A million take some ten seconds here; a thousand are enough to catch a careless index.
        var count = Environment.GetEnvironmentVariable("RAHDARI_LONG") == "1" ? 1_000_000 : 1_000;
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var mutant = Mutate(frames[random.Next(frames.Count)], frames, random);
            Assert.NotNull(protocol.Decode(mutant, DeviceSession.Fresh, DecodeOptions.Default));
            Feed(protocol, mutant, random.Next(1, 64));
        }
    }

    /// <summary>Bytes allocated by one decoding, once everything is warm.</summary>
    public static long AllocatedPerFrame(IDeviceProtocol protocol, byte[] frame)
    {
        var session = protocol.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default).Session;
        for (var i = 0; i < 100; i++) protocol.Decode(frame, session, DecodeOptions.Default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) protocol.Decode(frame, session, DecodeOptions.Default);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
    }

    static byte[] Mutate(byte[] frame, IReadOnlyList<byte[]> others, Random random)
    {
        var bytes = frame.ToList();
        for (var edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.InsertRange(at, others[random.Next(others.Count)].Take(random.Next(1, 80))); break;
            }
        }
        return [.. bytes];
    }
}
