namespace Rahdari.Devices.Galileosky;

/// <summary>
/// The records of one packet in the making, tagged or compressed. A tag of unknown length ends the reading of its
/// record only: the packet is answered as a whole, so what goes on as this record began is the next one.
/// </summary>
ref struct GalileoskyRows(RecordClass record)
{
    /// <summary>Tags before an unknown one that tell the next record together with it; without it, twice as
    /// many.</summary>
    const int FewestTags = 2;

    readonly RecordClass record = record;

    public List<DeviceMessage> Messages { get; } = new(1);

    /// <summary>Where each record's own bytes lie.</summary>
    public List<Range> Places { get; } = new(1);

    public DecodeError? Error { get; private set; }

    /// <summary>Whether an answer to a command was among the tags.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>Time and place of the satellite session that brought the packet: they stand in for what a record does
    /// not tell.</summary>
    public (DateTimeOffset At, long LatitudeE7, long LongitudeE7)? Brought { get; init; }

    /// <summary>Rows of tags up to <paramref name="end"/>.</summary>
    /// <param name="name">The name repeated among the tags, where it is one.</param>
    public void ReadTagged(ReadOnlySpan<byte> bytes, int at, int end, ref DeviceSession name)
    {
        Span<bool> seen = stackalloc bool[256];
        var start = at;
        var reading = Begin();
        while (at < end)
        {
            var (tag, length) = (bytes[at], GalileoskyTags.Length(bytes[at..end]));
            if (length == 0 || at + length > end)
            {
                Astray(at, $"tag {tag:X2} is unknown or cut off");
                var next = NextRow(bytes[..end], start, at);
                if (next < 0) break;
                Keep(ref reading, start..next);
                (start, at) = (next, next);
                seen.Clear();
                continue;
            }
            if (seen[tag])
            {
                // A tag that comes again begins the next record.
                Keep(ref reading, start..at);
                start = at;
                seen.Clear();
            }
            seen[tag] = true;
            if (tag != GalileoskyTags.Imei) reading.Take(tag, bytes[(at + 1)..(at + length)]);
            else if (Decimals.AreDigits(bytes.Slice(at + 1, GalileoskyTags.ImeiBytes)))
                name = name.Named(bytes.Slice(at + 1, GalileoskyTags.ImeiBytes));
            at += length;
        }
        Keep(ref reading, start..at);
    }

    /// <summary>Compressed records: a fixed part, a count of tags, their numbers, their values.</summary>
    public void ReadCompressed(ReadOnlySpan<byte> bytes, int at, int end, DateTimeOffset? now)
    {
        bytes = bytes[..end];
        while (at < end)
        {
            var reading = Begin();
            var next = Compressed(bytes, at, now, ref reading, out var unknown);
            if (next < 0 && unknown < 0)
            {
                Astray(at, $"record {Messages.Count + 1} leads astray");
                return;
            }
            if (unknown >= 0)
            {
                Astray(unknown, $"tag {bytes[unknown]:X2} is unknown");
                next = NextCompressed(bytes, at);
            }
            if (!reading.IsWhole)
                Error ??= now is null
                    ? new(DecodeCodes.FieldInvalid, at, "the record does not tell its year")
                    : Unreadable(at);
            Messages.Add(reading.Message(record));
            Places.Add(at..(next < 0 ? end : next));
            if (next < 0) return;
            at = next;
        }
    }

    /// <summary>What is known where no record could be read.</summary>
    public readonly DeviceMessage Bare() => Begin().Message(record);

    /// <summary>Reads one compressed record; answers where the next begins. -1 where it leads astray, or where a tag is
    /// unknown: its number lies at <paramref name="unknown"/> then.</summary>
    static int Compressed(
        ReadOnlySpan<byte> bytes, int at, DateTimeOffset? now, ref GalileoskyRecord reading, out int unknown)
    {
        const int countMask = 0x7F;
        unknown = -1;
        if (at + GalileoskyRecord.MinimalBytes >= bytes.Length) return -1;
        reading.TakeMinimal(bytes[at..], now);
        at += GalileoskyRecord.MinimalBytes;
        var count = bytes[at++] & countMask;
        if (at + count > bytes.Length) return -1;
        var tags = bytes.Slice(at, count);
        var first = at;
        at += count;
        for (var i = 0; i < tags.Length; i++)
        {
            var length = GalileoskyTags.Fixed(tags[i]);
            if (length == 0) unknown = first + i;
            if (length == 0 || at + length > bytes.Length) return -1;
            // A place of its own would be finer, but the fixed part is what the record is known by.
            if (tags[i] != GalileoskyTags.Imei) reading.Take(tags[i], bytes.Slice(at, length));
            at += length;
        }
        return at;
    }

    /// <summary>Where the same count and numbers of tags stand again; -1 where they do not.</summary>
    static int NextCompressed(ReadOnlySpan<byte> bytes, int at)
    {
        var countAt = at + GalileoskyRecord.MinimalBytes;
        var tags = bytes.Slice(countAt, 1 + (bytes[countAt] & 0x7F));
        if (tags.Length <= FewestTags) return -1;
        var from = countAt + tags.Length + GalileoskyRecord.MinimalBytes;
        if (from > bytes.Length) return -1;
        var next = bytes[from..].IndexOf(tags);
        return next < 0 ? -1 : from + next - GalileoskyRecord.MinimalBytes;
    }

    /// <summary>
    /// Where the tags of the record begin anew, in their order: up to the unknown one, or, where that does not come
    /// behind them, more of them. What names the tracker has to be the same. -1 where there is no such place.
    /// </summary>
    static int NextRow(ReadOnlySpan<byte> bytes, int start, int unknown)
    {
        // The nearest: what lies farther would pass over a record that lacks the unknown tag.
        for (var at = unknown + 1; at < bytes.Length; at++)
            if (BeginsAlike(bytes, start, unknown, at, withUnknown: true)
                || BeginsAlike(bytes, start, unknown, at, withUnknown: false)) return at;
        return -1;
    }

    static bool BeginsAlike(ReadOnlySpan<byte> bytes, int start, int unknown, int at, bool withUnknown)
    {
        var (tags, named) = (0, false);
        for (; start < unknown; tags++)
        {
            if (at >= bytes.Length || bytes[at] != bytes[start]) return false;
            var (length, here) = (GalileoskyTags.Length(bytes[start..]), GalileoskyTags.Length(bytes[at..]));
            if (here == 0 || at + here > bytes.Length) return false;
            if (bytes[at] is GalileoskyTags.Imei or GalileoskyTags.DeviceNumber)
            {
                if (!bytes.Slice(start, length).SequenceEqual(bytes.Slice(at, here))) return false;
                named = true;
            }
            start += length;
            at += here;
        }
        if (withUnknown)
            return (named || tags >= FewestTags) && at < bytes.Length && bytes[at] == bytes[unknown];
        return tags >= 2 * FewestTags || named && tags >= FewestTags;
    }

    readonly GalileoskyRecord Begin()
    {
        var reading = GalileoskyRecord.Begin();
        if (Brought is { } by) reading.TakeSession(by.At, by.LatitudeE7, by.LongitudeE7);
        return reading;
    }

    void Keep(ref GalileoskyRecord one, Range place)
    {
        HasAnswer |= one.HasAnswer;
        if (one.HasPlace || one.HasTime)
        {
            if (!one.IsWhole) Error ??= Unreadable(place.Start.Value);
            Messages.Add(one.Message(record));
            Places.Add(place);
        }
        one = Begin();
    }

    /// <summary>What was not read goes before what could not be understood.</summary>
    void Astray(int at, string detail)
    {
        if (Error?.Code != DecodeCodes.RecordInvalid) Error = new(DecodeCodes.RecordInvalid, at, detail);
    }

    static DecodeError Unreadable(int offset) =>
        new(DecodeCodes.FieldInvalid, offset, "place or course of the record are none");
}
