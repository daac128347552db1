using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// What happened, as a record of facts. Properties of type <see cref="Sealed{T}"/> are committed to by a salted
/// digest and kept apart, encrypted; all others are public to whoever is entitled to the event.
/// Values allowed: identifiers, strings, whole numbers, booleans, times, enums, lists and records of these. No floats.
/// </summary>
public abstract record EventBody;

/// <summary>
/// An event whose recording erases what this node sealed about its subject before. Read from another side it erases
/// nothing: each side erases its own copy.
/// </summary>
public interface IErases;

/// <summary>The event's name in the log, for ever, and the version of its shape.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string name, int version = 1) : Attribute
{
    public string Name => name;
    public int Version => version;

    /// <summary>False for what stays inside the node and never becomes a leaf of the log.</summary>
    public bool Leaf { get; init; } = true;
}

/// <summary>
/// A value kept under the subject's key: either the value, or (the default) erased, because the key is gone or the
/// reader was never given the opening.
/// </summary>
public readonly record struct Sealed<T>
{
    readonly T value;

    public Sealed(T value)
    {
        this.value = value;
        HasValue = true;
    }

    public bool HasValue { get; }
    public bool IsErased => !HasValue;

    public static Sealed<T> Erased => default;

    public T Or(T erased) => HasValue ? value : erased;

    public static implicit operator Sealed<T>(T value) => new(value);

    public override string ToString() => HasValue ? $"{value}" : "erased";
}

/// <summary>
/// A stream: everything one administration says about one subject. Subjects: an MRN, <c>guarantee:GRN</c>,
/// <c>alert:ID</c>, <c>crossing:CODE</c>, <c>node</c>.
/// </summary>
public readonly record struct StreamName(AdministrationId Administration, string Subject)
{
    public override string ToString() => $"{Administration}/{Subject}";

    public static StreamName Parse(string text)
    {
        var slash = text.IndexOf('/');
        return new(new(text[..slash]), text[(slash + 1)..]);
    }
}

/// <summary>Where and by whom an event was recorded.</summary>
/// <param name="EventId">Unique; deterministic for what background work records.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Dense from 1 within the stream.</param>
/// <param name="At">Corridor time.</param>
/// <param name="Office">The office that signed.</param>
/// <param name="By">The officer, opaque.</param>
/// <param name="PackHash">The hash of the rule pack in force for the decision, lower-case hex.</param>
/// <param name="NotBefore">The newest head of another administration's log that this node had believed; null where
/// it had none.</param>
public sealed record EventHeader(
    string EventId, StreamName Stream, long Version, DateTimeOffset At, OfficeId Office, OfficerId By, string PackHash,
    PeerHead? NotBefore = null);

/// <summary>
/// A head of another administration's log. An event that names one was not made before that head was.
/// </summary>
/// <param name="Root">The tree's root, 32 bytes, base64.</param>
public sealed record PeerHead(string Origin, long Size, string Root);

/// <summary>The newest head of another administration's log this node believes, as the reader sees it.</summary>
public delegate Task<PeerHead?> NewestPeerHead(IRecordReader reader, CancellationToken cancel);

/// <summary>An event as recorded: header and body. Unknown types have <see cref="UnknownEvent"/> as body.</summary>
public sealed record Recorded(EventHeader Header, EventBody Body);

/// <summary>A type this build does not know, from a newer peer: stored, chained and shown, never refused.</summary>
[EventType("unknown", Leaf = false)]
public sealed record UnknownEvent(string Type, int TypeVersion, string CanonicalJson) : EventBody;
