using System.Globalization;
using System.Text.Json.Nodes;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Relaying;

/// <summary>How many frames of each device a vendor's platform received in one hour.</summary>
sealed record CountStatement(PartyId Vendor, DateTimeOffset Hour, IReadOnlyList<DeviceCount> Counts)
{
    /// <summary>The one spelling of an hour.</summary>
    public const string HourForm = "yyyy-MM-dd'T'HH':00:00Z'";

    /// <summary>
    /// What is signed: RFC 8785 of <c>{"counts":[{"device","frames"}],"hour","vendor"}</c>, the counts in the order
    /// they are stated in.
    /// </summary>
    public byte[] SignedBytes() => CanonicalJson.Write(new JsonObject
    {
        ["vendor"] = Vendor.Value,
        ["hour"] = HourText(Hour),
        ["counts"] = new JsonArray(
        [
            .. Counts.Select(c => new JsonObject { ["device"] = c.Device.ToString(), ["frames"] = c.Frames }),
        ]),
    });

    public static string HourText(DateTimeOffset hour) =>
        hour.UtcDateTime.ToString(HourForm, CultureInfo.InvariantCulture);

    public static bool TryHour(string text, out DateTimeOffset hour) => DateTimeOffset.TryParseExact(
        text, HourForm, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out hour);

    /// <summary>One stream an hour of a vendor, so that two statements of it meet.</summary>
    public static string SubjectOf(PartyId vendor, DateTimeOffset hour) =>
        $"relay:{vendor}:{HourText(hour)[..13]}";
}

/// <summary>What was said of one hour of a vendor. The fold of <c>relay:VENDOR:HOUR</c>.</summary>
sealed record RelayHourState : IFold<RelayHourState>
{
    public static RelayHourState Empty { get; } = new();

    public bool IsStated { get; init; }

    public IReadOnlyList<RelayGap> Noted { get; init; } = [];

    public RelayHourState Apply(Recorded recorded) => recorded.Body switch
    {
        RelayCountStated => this with { IsStated = true },
        RelayGapNoted noted => this with { Noted = [.. Noted, noted.Gap] },
        _ => this,
    };
}

/// <summary>A vendor states its counts of an hour.</summary>
/// <param name="By">The vendor whose key was shown; null where the settings know none.</param>
/// <param name="CountKey">Its registered key; empty where it has none.</param>
sealed record StateCount(
    CountStatement Statement, byte[] Signature, PartyId? By, ReadOnlyMemory<byte> CountKey) : IOperation
{
    /// <summary>A platform's clock may be ahead by as much, and its hour over before it is here.</summary>
    static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    /// <summary>No older hour is held against what came (<see cref="RelayQuery.Window"/>): who could state one would
    /// fill the log with what nobody looks at.</summary>
    static readonly TimeSpan Oldest = RelayQuery.Window;

    public string Subject => CountStatement.SubjectOf(Statement.Vendor, Statement.Hour);

    public static Decision Decide(RelayHourState hour, StateCount command, DateTimeOffset now)
    {
        var statement = command.Statement;
        if (command.By is not { } vendor) return Decision.Refuse("vendor-not-known");
        if (statement.Vendor != vendor)
            return Decision.Refuse(new Refusal("count-of-another-vendor", "vendor").With("vendor", vendor));
        if (command.CountKey.IsEmpty) return Decision.Refuse("count-key-missing");
        if (!Ed25519.Verify(command.CountKey.Span, statement.SignedBytes(), command.Signature))
            return Decision.Refuse("count-signature-bad", "signature");
        if (statement.Hour.AddHours(1) > now + ClocksDiffer) return Decision.Refuse("count-hour-not-over", "hour");
        if (statement.Hour < now - Oldest)
            return Decision.Refuse(new Refusal("count-hour-too-old", "hour").With("days", (int)Oldest.TotalDays));
        var twice = statement.Counts.GroupBy(c => c.Device).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            return Decision.Refuse(new Refusal("count-device-twice", "counts").With("device", twice.Key));
        return hour.IsStated
            ? Decision.Refuse(
                new Refusal("count-already-stated", "hour").With("hour", CountStatement.HourText(statement.Hour)))
            : Decision.Accept(new NewEvent(command.Subject, new RelayCountStated(
                vendor, statement.Hour, statement.Counts, Convert.ToBase64String(command.CountKey.Span),
                Convert.ToBase64String(command.Signature))));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<RelayHourState>(Subject, cancel), this, reader.Now);
}

/// <summary>The node notes that an hour is out of order, once for each way it is.</summary>
sealed record NoteGap(RelayGapNoted Gap) : IOperation
{
    public string Subject => CountStatement.SubjectOf(Gap.Vendor, Gap.Hour);

    public static Decision Decide(RelayHourState hour, NoteGap command)
    {
        var isOver = command.Gap.Gap == RelayGap.Unstated && hour.IsStated;
        return isOver || hour.Noted.Contains(command.Gap.Gap)
            ? Decision.Accept()
            : Decision.Accept(new NewEvent(command.Subject, command.Gap));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<RelayHourState>(Subject, cancel), this);
}
