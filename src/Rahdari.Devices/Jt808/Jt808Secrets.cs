using System.Buffers.Binary;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// Where a padlock tells a password: in fields 0B (a card or password) and 67. They are found by the shape of the body
/// alone, also in one that is cut off: a field that goes on beyond the end is one up to the end.
/// </summary>
static class Jt808Secrets
{
    /// <summary>Bytes of field 0B: the command, then a card's number or a password.</summary>
    const int CommandBytes = 1, CardBytes = 4, PasswordBytes = 6;

    /// <summary>The longest value that is looked for where nothing tells where fields begin: twice the longest password
    /// that is described. A longer one would cover too much that is none.</summary>
    const int LongestLoose = 16;

    /// <summary>The places in the body of a message that may be joined of parts; none where it has no such
    /// field.</summary>
    public static Range[] Find(int id, ReadOnlySpan<byte> body, int offset)
    {
        List<Range>? found = null;
        switch (id)
        {
            case Jt808Ids.Report:
                Fields(body, Jt808Report.MinBytes, offset, ref found);
                break;
            case Jt808Ids.QueryAnswer or Jt808Ids.VehicleAnswer:
                Fields(body, 2 + Jt808Report.MinBytes, offset, ref found);
                break;
            case Jt808Ids.Batch:
                Reports(body, 3, 2, offset, ref found);
                break;
            case Jt808Ids.ShortBatch:
                Reports(body, 0, 1, offset, ref found);
                break;
        }
        return found is null ? [] : [.. found];
    }

    /// <summary>
    /// The places in one part of a message: those of the message up to here, where all parts before this one are
    /// known; else the whole part, for nothing tells where its fields begin.
    /// </summary>
    /// <param name="joined">The parts before it and it.</param>
    /// <param name="before">Bytes of the parts before it; -1 where one is missing.</param>
    /// <param name="length">Bytes of the part's body.</param>
    /// <param name="offset">Where the part's body starts in the bytes the places are of.</param>
    public static Range[] FindInPart(
        int id, ReadOnlySpan<byte> joined, int before, int length, int offset)
    {
        if (!HasReports(id)) return [];
        if (before < 0) return [offset..(offset + length)];
        List<Range>? places = null;
        foreach (var place in Find(id, joined, 0))
            if (place.End.Value > before)
                (places ??= []).Add((offset + Math.Max(0, place.Start.Value - before))
                    ..(offset + place.End.Value - before));
        return places is null ? [] : [.. places];
    }

    /// <summary>
    /// What may be a password in a part whose earlier parts are missing, where nothing tells at which byte a field
    /// begins: whatever has the shape of such a field, wherever it stands, and what is printable where one may go on
    /// that began before. The rest stays: it is all that will be known of the message where the other parts never come.
    /// </summary>
    /// <param name="offset">Where the part's body starts in the bytes the places are of.</param>
    public static Range[] FindLoose(int id, ReadOnlySpan<byte> part, int offset)
    {
        if (!HasReports(id)) return [];
        List<Range>? found = null;
        // The length and the value of a field whose number was the last byte before.
        for (var at = 0; at < Math.Min(part.Length, 1 + LongestLoose); at++)
            if (part[at] is > 0x20 and < 0x7F) (found ??= []).Add((offset + at)..(offset + at + 1));
        for (var at = 0; at + 2 < part.Length; at++)
        {
            int length = part[at + 1];
            if (length > LongestLoose) continue;
            var value = part.Slice(at + 2, Math.Min(length, part.Length - at - 2));
            if (InField(part[at], length, value) is { } place)
                (found ??= []).Add((offset + at + 2 + place.Start)..(offset + at + 2 + place.End));
        }
        return found is null ? [] : Merged(found);
    }

    /// <summary>Ranges in order, none of which touches another: a part may be nothing but such shapes.</summary>
    static Range[] Merged(List<Range> ranges)
    {
        ranges.Sort((a, b) => a.Start.Value.CompareTo(b.Start.Value));
        var merged = new List<Range> { ranges[0] };
        foreach (var range in ranges)
        {
            if (range.Start.Value > merged[^1].End.Value) merged.Add(range);
            else if (range.End.Value > merged[^1].End.Value) merged[^1] = merged[^1].Start..range.End;
        }
        return [.. merged];
    }

    /// <summary>The places in any bytes, of one frame or several, whole or not.</summary>
    public static IReadOnlyList<Range> Anywhere(ReadOnlySpan<byte> bytes)
    {
        List<Range>? found = null;
        Span<byte> unescaped = stackalloc byte[Jt808Frame.MaxBytes];
        for (var at = 0; at < bytes.Length; at++)
        {
            var flag = bytes[at];
            if (flag is not (Jt808Frame.Flag or Jt808Frame.OtherFlag)) continue;
            var inner = bytes[(at + 1)..];
            var end = inner.IndexOf(flag);
            if (end >= 0) inner = inner[..end];
            if (inner.Length > Jt808Frame.MaxBytes) inner = inner[..Jt808Frame.MaxBytes];
            // Cut off inside an escape, all before it can be read.
            var length = Jt808Frame.Unescape(inner, flag, unescaped);
            if (length < 0 && inner.Length > 0) length = Jt808Frame.Unescape(inner[..^1], flag, unescaped);
            if (length < 0)
            {
                inner.CopyTo(unescaped);
                Frame(unescaped[..inner.Length], inner, flag, at + 1, escaped: false, ref found);
            }
            else Frame(unescaped[..length], inner, flag, at + 1, escaped: true, ref found);
        }
        return found is null ? [] : found;
    }

    static void Frame(
        ReadOnlySpan<byte> read, ReadOnlySpan<byte> inner, byte flag, int offset, bool escaped, ref List<Range>? found)
    {
        if (Jt808Header.Read(read, flag) is not { } header || !HasReports(header.Id)) return;
        var body = read[header.Bytes..];
        var places = header.IsPart && header.Total > 1
            ? FindInPart(header.Id, body, -1, body.Length, header.Bytes)
            : Find(header.Id, body, header.Bytes);
        if (places.Length == 0) return;
        // The last byte is the check byte, which would tell the exclusive or of what is covered, unless it is cut off.
        foreach (var place in places.Append((read.Length - 1)..read.Length))
        {
            var (start, end) = (place.Start.Value, place.End.Value);
            (found ??= []).Add(escaped
                ? (offset + Jt808Frame.EscapedOffset(inner, flag, start))
                    ..(offset + Math.Min(inner.Length, Jt808Frame.EscapedOffset(inner, flag, end)))
                : (offset + start)..(offset + end));
        }
    }

    static bool HasReports(int id) =>
        id is Jt808Ids.Report or Jt808Ids.QueryAnswer or Jt808Ids.VehicleAnswer or Jt808Ids.Batch
            or Jt808Ids.ShortBatch;

    /// <summary>Reports, each behind its length.</summary>
    static void Reports(ReadOnlySpan<byte> body, int at, int lengthBytes, int offset, ref List<Range>? found)
    {
        while (at + lengthBytes <= body.Length)
        {
            var length = lengthBytes == 1 ? body[at] : BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
            at += lengthBytes;
            var report = body.Slice(at, Math.Min(length, body.Length - at));
            Fields(report, Jt808Report.MinBytes, offset + at, ref found);
            at += report.Length;
        }
    }

    static void Fields(ReadOnlySpan<byte> report, int at, int offset, ref List<Range>? found)
    {
        while (at + 2 <= report.Length)
        {
            var end = Math.Min(report.Length, at + 2 + report[at + 1]);
            if (InField(report[at], report[at + 1], report[(at + 2)..end]) is { } place)
                (found ??= []).Add((offset + at + 2 + place.Start)..(offset + at + 2 + place.End));
            at = end;
        }
    }

    /// <summary>Where in a field's value the password lies; null where it has none.</summary>
    /// <param name="length">As the field tells it.</param>
    /// <param name="value">As far as it is there.</param>
    static (int Start, int End)? InField(byte field, int length, ReadOnlySpan<byte> value)
    {
        var all = value.IsEmpty ? default((int, int)?) : (0, value.Length);
        if (field == Jt808Padlock.Password) return all;
        if (field != Jt808Padlock.LockCommand) return null;
        // A result of one byte may stand behind each.
        switch (length)
        {
            case CommandBytes or CommandBytes + 1:
                return null;
            case CommandBytes + CardBytes or CommandBytes + CardBytes + 1:
                // What reads as text could as well be a short password.
                var card = value[Math.Min(CommandBytes, value.Length)..];
                return IsText(card[..Math.Min(CardBytes, card.Length)]) ? all : null;
            case CommandBytes + PasswordBytes or CommandBytes + PasswordBytes + 1:
                return value.Length > CommandBytes
                    ? (CommandBytes, Math.Min(CommandBytes + PasswordBytes, value.Length))
                    : null;
            default:
                return all;
        }
    }

    static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            if (!char.IsAsciiLetterOrDigit((char)b)) return false;
        return true;
    }
}
