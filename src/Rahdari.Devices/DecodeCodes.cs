namespace Rahdari.Devices;

/// <summary>The codes of <see cref="DecodeError"/>: stable, and a key of the catalogues as <c>decode.CODE</c>.</summary>
public static class DecodeCodes
{
    /// <summary>The bytes do not start as a frame of this protocol does.</summary>
    public const string NotThisProtocol = "not-this-protocol";

    /// <summary>The frame ends before its own length says.</summary>
    public const string Truncated = "truncated";

    /// <summary>The frame's length does not fit its form.</summary>
    public const string LengthWrong = "length-wrong";

    /// <summary>The checksum does not match; nothing of the frame is used.</summary>
    public const string ChecksumBad = "checksum-bad";

    /// <summary>One field cannot be read; the rest of the frame is used.</summary>
    public const string FieldInvalid = "field-invalid";
}
