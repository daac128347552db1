using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Enriching;

/// <summary>What the intake remembers of one device: its newest event time and its last facts.</summary>
sealed class DeviceMemory
{
    readonly Facts facts = new();

    /// <summary>The newest time of any record journaled whose time was believed; null before the first.</summary>
    public DateTimeOffset? Newest { get; private set; }

    /// <summary>
    /// What a record is in the light of those before it, and remembers it. Late has no clock in it: the class is
    /// stored, or the time is older than that of a record journaled before.
    /// </summary>
    public (bool Late, bool DuplicateFact) Take(DeviceMessage message, bool timeSuspect)
    {
        var late = message.Record == RecordClass.Stored || message.Time < Newest;
        var duplicate = Facts.MarkOf(message) is { } mark && !facts.Add(mark);
        if (!timeSuspect && message.Time is { } time && !(time <= Newest)) Newest = time;
        return (late, duplicate);
    }

    /// <summary>Remembers a record the journal already holds.</summary>
    public void Recall(JournaledFix fix) => Take(fix.Message, fix.TimeSuspect);
}
