using System.Diagnostics.Metrics;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Connecting;

/// <summary>The numbers of the intake; every name stands here.</summary>
public sealed class IntakeMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Meter = "Rahdari.Telemetry.Intake";

    /// <summary>The number of connections that are open.</summary>
    internal const string Connections = "rahdari.intake.connections";

    readonly Meter meter;
    readonly Counter<long> frames, records, late, alreadyThere, duplicateFacts, apart, faults, asked;
    readonly UpDownCounter<long> connections;

    public IntakeMetrics(IMeterFactory factory)
    {
        meter = factory.Create(Meter);
        frames = meter.CreateCounter<long>("rahdari.intake.frames", "{frame}", "Frames found on device ports");
        records = meter.CreateCounter<long>("rahdari.intake.records", "{record}", "Records made durable");
        late = meter.CreateCounter<long>("rahdari.intake.records.late", "{record}", "Of them, in the late lane");
        alreadyThere = meter.CreateCounter<long>(
            "rahdari.intake.records.repeated", "{record}", "Of them, journaled before byte for byte");
        duplicateFacts = meter.CreateCounter<long>(
            "rahdari.intake.records.duplicate_facts", "{record}", "Of them, saying what another record said");
        apart = meter.CreateCounter<long>(
            "rahdari.intake.records.apart", "{record}", "Of them, kept apart: two devices under one id");
        faults = meter.CreateCounter<long>("rahdari.intake.faults", "{fault}", "What could not be kept, by code");
        asked = meter.CreateCounter<long>(
            "rahdari.intake.lines.asked", "{connection}", "Older connections of a device asked, by whether they lived");
        connections = meter.CreateUpDownCounter<long>(Connections, "{connection}", "Open now");
    }

    public void Dispose() => meter.Dispose();

    internal void Connected(string protocol, int by) => connections.Add(by, Tag(protocol));

    internal void Frame(string protocol) => frames.Add(1, Tag(protocol));

    internal void Fault(string protocol, string code) => faults.Add(1, Tag(protocol), new("code", code));

    internal void Asked(bool alive) => asked.Add(1, new KeyValuePair<string, object?>("alive", alive ? "yes" : "no"));

    internal void Kept(string protocol, Kept kept)
    {
        records.Add(kept.Records, Tag(protocol));
        if (kept.Late > 0) late.Add(kept.Late, Tag(protocol));
        if (kept.AlreadyThere > 0) alreadyThere.Add(kept.AlreadyThere, Tag(protocol));
        if (kept.Apart > 0) apart.Add(kept.Apart, Tag(protocol));
        if (kept.DuplicateFacts > 0) duplicateFacts.Add(kept.DuplicateFacts, Tag(protocol));
    }

    static KeyValuePair<string, object?> Tag(string protocol) => new("protocol", protocol);
}
