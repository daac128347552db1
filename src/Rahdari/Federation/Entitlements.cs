using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>
/// Which other administration may read which subject: a movement's counterpart the movement, its alerts, the openings
/// its offices recorded and the segments of its track, everybody the notices of crossings and the node's keys.
/// Guarantee accounts stay at home.
/// </summary>
sealed class Entitlements(NodeSettings settings) : IProjection
{
    public string Schema =>
        """
        create table if not exists entitlement (
            subject text not null, administration text not null, primary key (subject, administration));
        """;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        var author = recorded.Header.Stream.Administration;
        var subject = recorded.Header.Stream.Subject;
        switch (recorded.Body)
        {
            case DeclarationAccepted declared when author == settings.Administration:
                await GrantAsync(transaction, subject, declared.Counterpart, cancel);
                break;
            case DeclarationAccepted:
                await GrantAsync(transaction, subject, author, cancel);
                break;
            case AlertRaised raised when author == settings.Administration:
                await FollowAsync(transaction, subject, raised.Unit.Mrn, cancel);
                break;
            case OpeningAuthorised opening when author == settings.Administration:
                await FollowAsync(transaction, subject, opening.Unit.Mrn, cancel);
                break;
            case TrackSegmentRecorded segment when author == settings.Administration:
                await FollowAsync(transaction, subject, segment.Mrn, cancel);
                break;
        }
    }

    /// <summary>Whoever may read a movement may read what is said about its units elsewhere.</summary>
    static Task FollowAsync(IRecordTransaction transaction, string subject, Mrn mrn, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into entitlement (subject, administration)
            select @subject, administration from entitlement where subject = @mrn
            on conflict do nothing
            """, new { subject, mrn = mrn.Value }, cancel);

    /// <summary>Subjects every peer may read.</summary>
    public static bool IsForAll(string subject) =>
        subject == Node.Subject || subject.StartsWith("crossing:", StringComparison.Ordinal);

    static Task GrantAsync(
        IRecordTransaction transaction, string subject, AdministrationId administration, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "insert into entitlement (subject, administration) values (@subject, @administration) "
            + "on conflict do nothing",
            new { subject, administration = administration.Value }, cancel);
}
