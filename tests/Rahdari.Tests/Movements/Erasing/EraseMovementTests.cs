using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Discharging;
using Rahdari.Movements.Erasing;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements.Erasing;

public sealed class EraseMovementTests
{
    [Fact]
    public void A_movement_is_erased_only_once_every_unit_is_discharged()
    {
        var scene = new Scene();
        var unit = scene.Entered();
        var command = new EraseMovement(unit.Mrn, "the term of keeping is over");
        var refused = scene.Refuse(command, Scene.Karachi);
        Assert.Equal(("unit-not-discharged", unit.ToString()), (refused.Code, refused.Args["unit"]));
        scene.Accept(new DischargeUnit(unit), Scene.Karachi);
        Assert.IsType<MovementErased>(Assert.Single(scene.Accept(command, Scene.Karachi)));
    }

    [Fact]
    public void What_nobody_declared_cannot_be_erased()
    {
        var scene = new Scene();
        Assert.Equal("movement-unknown", scene.Refuse(new EraseMovement(scene.NextMrn(), "x"), Scene.Karachi).Code);
    }

    [Fact]
    public async Task After_an_erasure_names_are_gone_facts_stay_and_an_observation_can_still_come()
    {
        await using var node = await DeskFixture.OpenAsync();
        var mrn = new Scene().NextMrn();
        var declared = new DeclarationAccepted(
            mrn, "A-1", Scene.Karachi, Scene.Torkham, Scene.AfTorkham, "indus", Scene.Af,
            [new(1, UnitKind.BulkTruck, null, new Grams(1), "TLA-001")], "Holder", "Consignor", "Consignee", "Carrier",
            new Sealed<IReadOnlyList<GoodsItem>>([new("100630", "Rice", new Money(1, "PKR"), new Money(1, "PKR"))]));
        await RecordAsync(declared);
        await RecordAsync(new MovementErased(mrn, "ordered"));
        await RecordAsync(new UnitGatedOut(mrn, 1, null, "TLA-002", "Driver"));
        var bodies = (await node.Desk.HistoryAsync(mrn.Value, default)).Select(r => r.Body).ToList();
        var first = Assert.IsType<DeclarationAccepted>(bodies[0]);
        Assert.True(first.Holder.IsErased && first.Goods.IsErased && first.Units[0].Vehicle.IsErased);
        Assert.Equal("A-1", first.LocalReference);
        Assert.Equal("ordered", Assert.IsType<MovementErased>(bodies[1]).Reason);
        Assert.Equal("TLA-002", Assert.IsType<UnitGatedOut>(bodies[2]).Vehicle.Or(""));

        // Its own leaf can be recomputed, the first one's cannot.
        var rows = await node.Store.Record.ReadAsync(r => r.ReadStreamAsync($"pk/{mrn}", 0, 9, default), default);
        var salts = new List<byte[]?>();
        foreach (var row in rows)
            salts.Add((await node.Store.Record.ReadAsync(r => node.Recorder.OpenAsync(r, row, default), default))
                ?.LeafSalt);
        Assert.Equal([false, true, true], salts.Select(s => s is not null));
        Assert.Equal(rows[1].Leaf, EventCodec.LeafOf(salts[1], rows[1].Body));

        await RecordAsync(new MovementErased(mrn, "ordered again"));
        bodies = [.. (await node.Desk.HistoryAsync(mrn.Value, default)).Select(r => r.Body)];
        Assert.True(Assert.IsType<UnitGatedOut>(bodies[2]).Vehicle.IsErased);

        Task RecordAsync(EventBody body) => node.Desk.DecideAsync(
            Scene.At(Scene.Karachi), _ => Task.FromResult(Decision.Accept(new NewEvent(mrn.Value, body))), default);
    }
}
