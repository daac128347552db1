using System.Buffers.Binary;

namespace Rahdari.Devices.Galileosky;

/// <summary>Lengths of tags: nothing else tells where the next one begins.</summary>
static class GalileoskyTags
{
    public const byte Imei = 0x03, DeviceNumber = 0x04, Record = 0x10, Time = 0x20, Place = 0x30, SpeedCourse = 0x33,
        Altitude = 0x34, Odometer = 0xD4, Answer = 0xE1;

    public const int ImeiBytes = 15;

    /// <summary>Bytes of the tag at the head, its number included; 0 where it is unknown or cut off.</summary>
    public static int Length(ReadOnlySpan<byte> tags)
    {
        if (tags.IsEmpty) return 0;
        var told = tags[0] switch
        {
            // Their own length stands before them, in one byte or two.
            Answer or 0xEA => tags.Length > 1 ? 1 + tags[1] : 0,
            0xFE => tags.Length > 2 ? 2 + BinaryPrimitives.ReadUInt16LittleEndian(tags[1..]) : 0,
            var tag => Fixed(tag),
        };
        return told > 0 ? 1 + told : 0;
    }

    /// <summary>Bytes of a tag's value; 0 where it is unknown or has its length before it.</summary>
    public static int Fixed(byte tag) => tag switch
    {
        Imei => ImeiBytes,
        Place => 9,
        0x01 or 0x02 or 0x35 or 0x43 or >= 0x88 and <= 0x8C or 0xD5 => 1,
        >= 0xA0 and <= 0xAF or >= 0xC4 and <= 0xD2 => 1,
        DeviceNumber or Record or Altitude or 0x40 or 0x41 or 0x42 or 0x45 or 0x46 or 0x48 => 2,
        >= 0x50 and <= 0x59 or >= 0x60 and <= 0x62 or >= 0x70 and <= 0x7D => 2,
        >= 0xB0 and <= 0xB9 or >= 0xD6 and <= 0xDA => 2,
        0x5D or >= 0x63 and <= 0x6F or >= 0x80 and <= 0x87 or 0xFA => 3,
        Time or SpeedCourse or 0x44 or 0x47 or 0x5A or 0x90 => 4,
        >= 0xC0 and <= 0xC3 or 0xD3 or Odometer or >= 0xDB and <= 0xE0 => 4,
        >= 0xE2 and <= 0xE9 or >= 0xF0 and <= 0xF9 => 4,
        0x5B => 7,
        0xFD => 8,
        0x5C => 68,
        _ => 0,
    };
}
