using System.Reflection;
using System.Text;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Decoding;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;

namespace Rahdari.Telemetry;

/// <summary>Every slug of the telemetry side of the contract, written from the types themselves.</summary>
static class Vocabulary
{
    /// <summary>The text of <c>docs/vocabulary.md</c>.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        text.Append("# Vocabulary\n\nWritten from the code (`src/Rahdari/Telemetry/Vocabulary.cs`); ")
            .Append("a test holds it up to date. Slugs are part of the\npublic contract: none is renamed or reused.\n");
        Section(text, "Protocols, in the order of their ports", Registry.Order.Select((name, i) =>
            $"`{name}` (base + {i})"));
        Section(text, "Message kinds", Names<MessageKind>());
        Section(text, "Record classes", Names<RecordClass>());
        Section(text, "Checksum verdicts", Names<ChecksumVerdict>());
        Section(text, "Seal state (true, false, or missing where unknown)",
            ["`locked`", "`ropePresent`", "`coverClosed`", "`shackleClosed`", "`doorClosed`"]);
        Section(text, "Device events", Enum.GetValues<DeviceEvent>().Select(e => $"`{e.Slug()}`"));
        Section(text, "Decoding errors", Codes(typeof(DecodeCodes)).Concat(
            [$"`{FrameLines.NotHex}`", $"`{FrameLines.TooLong}`"]));
        Section(text, "Faults on a device port, besides decoding errors",
            [.. Codes(typeof(IntakeFaultCodes)), $"`{FrameDecoding.NoLogin}`", $"`{FrameDecoding.IdForm}`"]);
        Section(text, "Faults of frames that a vendor passes on, besides decoding errors", Codes(typeof(RelayCodes)));
        Section(text, "Doubts about a vendor's time of receipt", Names<RelayDoubt>());
        Section(text, "Device roles", Names<DeviceRole>());
        Section(text, "Alert kinds", Names<AlertKind>());
        Section(text, "Alert severities", Names<AlertSeverity>());
        Section(text, "Alert findings", Names<AlertFinding>());
        return text.ToString();
    }

    static IEnumerable<string> Names<T>() where T : struct, Enum =>
        Enum.GetValues<T>().Select(v => $"`{DecodedLine.Slug(v)}`");

    /// <summary>The constants of a type that declares codes.</summary>
    static IEnumerable<string> Codes(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.IsLiteral).Select(f => $"`{f.GetRawConstantValue()}`");

    static void Section(StringBuilder text, string title, IEnumerable<string> items)
    {
        text.Append($"\n## {title}\n\n");
        foreach (var item in items) text.Append($"- {item}\n");
    }
}
