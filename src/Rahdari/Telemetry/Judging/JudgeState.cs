using System.Collections.Immutable;
using System.Text.Json;
using Rahdari.Movements;

namespace Rahdari.Telemetry.Judging;

/// <summary>Everything judging remembers of one unit. Immutable, and kept as JSON beside the watermark.</summary>
sealed record JudgeState
{
    public const int CurrentFormat = 1;

    public static readonly JudgeState Empty = new();

    static readonly JsonSerializerOptions Form = new() { IgnoreReadOnlyProperties = true };

    static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16 };

    public int Format { get; init; } = CurrentFormat;

    /// <summary>By rule, and device where the rule's causes are a device's.</summary>
    public ImmutableSortedDictionary<string, EvidenceTrack> Tracks { get; init; } =
        ImmutableSortedDictionary.Create<string, EvidenceTrack>(StringComparer.Ordinal);

    /// <summary>By device.</summary>
    public ImmutableSortedDictionary<string, DeviceTrail> Trails { get; init; } =
        ImmutableSortedDictionary.Create<string, DeviceTrail>(StringComparer.Ordinal);

    /// <summary>By device.</summary>
    public ImmutableSortedDictionary<string, DeviceHearing> Hearings { get; init; } =
        ImmutableSortedDictionary.Create<string, DeviceHearing>(StringComparer.Ordinal);

    public DeviceTrail TrailOf(DeviceId device) => Trails.GetValueOrDefault(device.ToString(), DeviceTrail.Empty);

    public DeviceHearing HearingOf(DeviceId device) =>
        Hearings.GetValueOrDefault(device.ToString(), DeviceHearing.Empty);

    public JudgeState With(DeviceId device, DeviceHearing hearing) =>
        this with { Hearings = Hearings.SetItem(device.ToString(), hearing) };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <exception cref="InvalidDataException">The bytes are of another format, or damaged.</exception>
    public static JudgeState Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Reading);
            var format = document.RootElement.GetProperty(nameof(Format)).GetInt32();
            if (format != CurrentFormat)
                throw new InvalidDataException($"judging state of format {format}; this build reads {CurrentFormat}");
            return document.Deserialize<JudgeState>(Form) ?? throw new InvalidDataException("judging state is empty");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("judging state is damaged", e);
        }
    }
}
