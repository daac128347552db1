using Rahdari.Movements;
using Rahdari.Movements.Correcting;
using Rahdari.Movements.Crossing;

namespace Rahdari.Tests.Movements.Correcting;

public sealed class CorrectObservationTests
{
    [Fact]
    public void A_corrected_exit_stays_in_the_record_and_no_longer_counts()
    {
        var scene = new Scene();
        var unit = scene.Exited();
        var exit = scene.Unit(unit).Exit!.EventId;
        scene.Accept(new CorrectObservation(unit.Mrn, exit, "wrong unit"), Scene.Torkham);
        Assert.Equal(UnitPhase.UnderWay, scene.Unit(unit).Phase);
        Assert.Contains(scene.Unit(unit).Sightings, s => s.EventId == exit);
        Assert.Equal("already-corrected",
            scene.Refuse(new CorrectObservation(unit.Mrn, exit, "again"), Scene.Torkham).Code);
        Assert.Empty(scene.Observe(new RecordExit(unit, null, SealCondition.Intact), Scene.Torkham));
        Assert.Equal(UnitPhase.Exited, scene.Unit(unit).Phase);
    }

    [Fact]
    public void A_side_corrects_only_its_own_observations()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        var entry = scene.Unit(unit).Entry!.EventId;
        Assert.Equal("event-not-own", scene.Refuse(new CorrectObservation(unit.Mrn, entry, "no"), Scene.Torkham).Code);
        scene.Add(Scene.Torkham, unit.Mrn.Value, new ObservationCorrected(unit.Mrn, 1, entry, "no"));
        Assert.Equal(UnitPhase.Entered, scene.Unit(unit).Phase);
    }

    [Fact]
    public void Only_a_recorded_observation_can_be_corrected()
    {
        var scene = new Scene();
        var mrn = scene.Declare();
        Assert.Equal("event-unknown", scene.Refuse(new CorrectObservation(mrn, "e-none", "x"), Scene.Karachi).Code);
        Assert.Equal("not-an-observation",
            scene.Refuse(new CorrectObservation(mrn, scene.All[0].Header.EventId, "x"), Scene.Karachi).Code);
    }
}
