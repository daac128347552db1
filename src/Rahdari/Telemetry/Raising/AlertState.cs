using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

public enum AlertStatus { Raised, Acknowledged, Resolved, Refuted }

/// <summary>
/// One alert: the fold of <c>alert:ID</c>. It belongs to the administration that raised it; what another one says about
/// it changes nothing.
/// </summary>
sealed record AlertState : IFold<AlertState>
{
    public static AlertState Empty { get; } = new();

    /// <summary>Null before the alert was raised.</summary>
    public AlertRaised? Raised { get; init; }
    public AdministrationId Administration { get; init; }

    /// <summary>When it was recorded.</summary>
    public DateTimeOffset RaisedAt { get; init; }

    /// <summary>How often it was said that nobody had acknowledged it.</summary>
    public int Escalation { get; init; }
    public DateTimeOffset From { get; init; }
    public DateTimeOffset Until { get; init; }

    /// <summary>The cause came late: the record it was raised on, or one that dates it earlier.</summary>
    public bool Late { get; init; }
    public OfficerId? AcknowledgedBy { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public OfficerId? ResolvedBy { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public AlertFinding? Finding { get; init; }

    /// <summary>Later records do not show the cause; null while they do.</summary>
    public DateTimeOffset? RefutedAt { get; init; }

    public AlertStatus Status => ResolvedAt is not null ? AlertStatus.Resolved
        : RefutedAt is not null ? AlertStatus.Refuted
        : AcknowledgedAt is not null ? AlertStatus.Acknowledged : AlertStatus.Raised;

    const string Prefix = "alert:";

    public static string Subject(string alertId) => Prefix + alertId;

    /// <summary>The alert a subject names; null where it names something else.</summary>
    public static string? IdOf(string subject) =>
        subject.StartsWith(Prefix, StringComparison.Ordinal) ? subject[Prefix.Length..] : null;

    public AlertState Apply(Recorded recorded)
    {
        var header = recorded.Header;
        if (Raised is null)
        {
            return recorded.Body is AlertRaised raised
                ? this with
                {
                    Raised = raised, Administration = header.Stream.Administration, From = raised.From,
                    Until = raised.Until, Late = raised.Late, RaisedAt = header.At,
                }
                : this;
        }
        if (header.Stream.Administration != Administration) return this;
        return recorded.Body switch
        {
            AlertExtended e => this with { From = e.From, Until = e.Until, Late = Late || (e.Late && e.From < From) },
            AlertNarrowed e => this with { From = e.From, Until = e.Until },
            AlertEscalated e when e.Level > Escalation => this with { Escalation = e.Level },
            AlertRefuted when RefutedAt is null => this with { RefutedAt = header.At },
            AlertAcknowledged e when AcknowledgedAt is null =>
                this with { AcknowledgedBy = e.By, AcknowledgedAt = header.At },
            AlertResolved e when ResolvedAt is null =>
                this with { ResolvedBy = e.By, ResolvedAt = header.At, Finding = e.Finding },
            _ => this,
        };
    }
}
