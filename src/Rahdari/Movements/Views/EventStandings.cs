using Rahdari.Federation;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Views;

/// <summary>
/// How far an event has come, as far as this node knows: in the record; under a signed head of its log; opened, when it
/// is the other side's and this node read it, checked it and holds the opening of every agreed field, or when it is
/// ours and the other side has said so under its signature; answered, when the other side's own event answers it.
/// </summary>
public enum EventStanding { Recorded, Published, Opened, Answered }

/// <summary>The standings of one movement's events, by what this node holds and the other side has said.</summary>
sealed class EventStandings(AdministrationId own, MovementState movement, IReadOnlyList<Recorded> history)
{
    readonly HashSet<string> answered = movement.Units.Values.Where(u => u.Entry is not null)
        .Select(u => u.Exit?.EventId).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>The entry side has said that it read our declaration and that every agreed field was open.</summary>
    readonly bool isDeclarationOpened = movement.Declaration is { } declared && declared.Administration == own
        && history.Any(r => SideOf(r) == declared.Sides.Entry && r.Body is DeclarationRead { Opened: true });

    /// <param name="isPublished">Under a signed head of the log it stands in.</param>
    public EventStanding Of(Recorded recorded, bool isPublished) =>
        answered.Contains(recorded.Header.EventId) ? EventStanding.Answered
        : !isPublished ? EventStanding.Recorded
        : IsOpened(recorded) ? EventStanding.Opened
        : EventStanding.Published;

    bool IsOpened(Recorded recorded) => SideOf(recorded) == own
        ? isDeclarationOpened && recorded.Body is DeclarationAccepted
        : AgreedFields.AreOpen(recorded.Body);

    static AdministrationId SideOf(Recorded recorded) => recorded.Header.Stream.Administration;
}
