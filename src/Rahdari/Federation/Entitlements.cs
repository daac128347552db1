using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>
/// Which other administration may read which subject: a movement's counterpart the movement and its alerts, everybody
/// the notices of crossings and the node's keys. Guarantee accounts stay at home.
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
                await transaction.ExecuteAsync(
                    """
                    insert into entitlement (subject, administration)
                    select @subject, administration from entitlement where subject = @mrn
                    on conflict do nothing
                    """, new { subject, mrn = raised.Unit.Mrn.Value }, cancel);
                break;
        }
    }

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
