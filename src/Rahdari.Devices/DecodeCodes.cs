namespace Rahdari.Devices;

/// <summary>The codes of <see cref="DecodeError"/>: stable, keys of the catalogues as <c>decode.CODE</c>.</summary>
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

    /// <summary>A Teltonika codec nobody has described.</summary>
    public const string CodecUnknown = "codec-unknown";

    /// <summary>The two counts of records of one Teltonika packet differ.</summary>
    public const string CountsDiffer = "counts-differ";

    /// <summary>A record's own lengths lead beyond the packet's end.</summary>
    public const string RecordInvalid = "record-invalid";

    /// <summary>A longer message was given up before all its parts had come; those that came are kept unread.</summary>
    public const string PartsGivenUp = "parts-given-up";

    /// <summary>A message of a form that is not read here; its bytes are kept.</summary>
    public const string FormNotRead = "form-not-read";

    /// <summary>A Queclink frame of the binary form, which is not read here.</summary>
    public const string BinaryFormUnsupported = "binary-form-unsupported";
}
