using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Views;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements.Views;

public sealed class EventStandingsTests
{
    readonly Scene scene = new();
    readonly Mrn mrn;

    public EventStandingsTests() => mrn = scene.Release();

    EventStanding StandingOf<T>(bool isPublished, Rahdari.Parties.AdministrationId? own = null) where T : EventBody
    {
        var history = scene.History(mrn.Value);
        var standings = new EventStandings(own ?? Scene.Pk, scene.Movement(mrn), history);
        return standings.Of(history.Last(r => r.Body is T), isPublished);
    }

    [Fact]
    public void An_own_event_is_published_only_under_a_signed_head_and_no_more_by_itself()
    {
        Assert.Equal(EventStanding.Recorded, StandingOf<DeclarationAccepted>(isPublished: false));
        Assert.Equal(EventStanding.Published, StandingOf<DeclarationAccepted>(isPublished: true));
        Assert.Equal(EventStanding.Published, StandingOf<SelectionMade>(isPublished: true));
    }

    [Fact]
    public void An_own_declaration_is_opened_once_the_entry_side_says_that_it_opened_it()
    {
        var place = new EntryReference("pk-2026.demo.example", 1, "leaf");
        scene.Add(Scene.AfTorkham, mrn.Value, new DeclarationRead(mrn, place, Opened: false));
        Assert.Equal(EventStanding.Published, StandingOf<DeclarationAccepted>(isPublished: true));
        scene.Add(Scene.Torkham, mrn.Value, new DeclarationRead(mrn, place, Opened: true));
        Assert.Equal(EventStanding.Published, StandingOf<DeclarationAccepted>(isPublished: true));
        scene.Add(Scene.AfTorkham, mrn.Value, new DeclarationRead(mrn, place, Opened: true));
        Assert.Equal(EventStanding.Opened, StandingOf<DeclarationAccepted>(isPublished: true));
        Assert.Equal(EventStanding.Recorded, StandingOf<DeclarationAccepted>(isPublished: false));
        Assert.Equal(EventStanding.Published, StandingOf<SelectionMade>(isPublished: true));
    }

    [Fact]
    public void An_event_of_the_other_side_is_opened_with_every_agreed_field_and_published_without()
    {
        Assert.Equal(EventStanding.Opened, StandingOf<DeclarationAccepted>(isPublished: true, Scene.Af));
        var declared = (DeclarationAccepted)scene.History(mrn.Value)[0].Body;
        var poorer = new Scene();
        poorer.Add(Scene.Karachi, mrn.Value, declared with { Carrier = Sealed<string>.Erased });
        var history = poorer.History(mrn.Value);
        Assert.Equal(EventStanding.Published,
            new EventStandings(Scene.Af, poorer.Movement(mrn), history).Of(history[0], isPublished: true));
    }

    [Fact]
    public void An_exit_is_answered_by_the_entry_sides_own_event()
    {
        scene.Accept(new RecordExit(new(mrn, 1), null, SealCondition.Intact), Scene.Torkham);
        Assert.Equal(EventStanding.Published, StandingOf<UnitExited>(isPublished: true));
        scene.Accept(new RecordEntry(new(mrn, 1), null, SealCondition.Intact), Scene.AfTorkham);
        Assert.Equal(EventStanding.Answered, StandingOf<UnitExited>(isPublished: true));
        Assert.Equal(EventStanding.Opened, StandingOf<UnitEntered>(isPublished: true));
    }
}
