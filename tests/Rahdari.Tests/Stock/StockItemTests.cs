using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Stock;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Stock;

public sealed class StockItemTests
{
    static readonly DeviceId Device = Journey.Lock;

    readonly Scene scene = new()
    {
        Pack = TestPack.Make() with { Stock = TestPack.Always(new StockRules(24, 60, 30, 14, 14)) },
    };

    StockItem Item => scene.Fold<StockItem>(StockItem.Subject(Device));

    void Receive() => scene.Accept(new ReceiveDevice(Device, "Invented Locks", "L1", "1.7", null), Scene.Karachi);

    [Fact]
    public void A_device_goes_from_the_store_to_a_unit_and_back()
    {
        Receive();
        Assert.Equal((StockState.InStore, (object)Scene.Karachi), (Item.Said, Item.Home!.Value));
        var unit = new UnitId(scene.Release(), 1);
        scene.Accept(new BookDevice(Device, unit), Scene.Karachi);
        Assert.Equal((StockState.Booked, unit), (Item.Said, Item.Unit!.Value));
        scene.Accept(new FitDevice(unit, Device, DeviceRole.Container), Scene.Karachi);
        Assert.Equal((StockState.Fitted, unit), (Item.Said, Item.Unit!.Value));
        Assert.Equal("device-elsewhere", scene.Refuse(new ReturnDevice(Device, DeviceCondition.Working),
            Scene.Torkham).Code);
        // Another device in its place sets it free.
        scene.Accept(new FitDevice(unit, Journey.Tracker, DeviceRole.Container), Scene.Karachi);
        Assert.Equal((StockState.AwaitingReturn, (UnitId?)null), (Item.Said, Item.Unit));
        scene.Accept(new ReturnDevice(Device, DeviceCondition.Working), Scene.Torkham);
        Assert.Equal((StockState.InStore, (object)Scene.Torkham), (Item.Said, Item.Home!.Value));
    }

    [Fact]
    public void A_booked_device_is_not_fitted_to_another_unit_until_the_booking_has_run_out()
    {
        Receive();
        var mrn = scene.Release(2);
        scene.Accept(new BookDevice(Device, new(mrn, 1)), Scene.Karachi);
        var refused = scene.Refuse(new FitDevice(new(mrn, 2), Device, DeviceRole.Container), Scene.Karachi);
        Assert.Equal(("device-booked", $"{mrn}/1"), (refused.Code, refused.Args["unit"]));
        Assert.Equal("device-not-in-store", scene.Refuse(new BookDevice(Device, new(mrn, 2)), Scene.Karachi).Code);
        scene.Now = scene.Now.AddHours(24);
        Assert.Equal(StockState.InStore, Item.StateAt(scene.Now));
        scene.Accept(new FitDevice(new(mrn, 2), Device, DeviceRole.Container), Scene.Karachi);
    }

    [Fact]
    public void A_booking_is_ended_before_its_time()
    {
        Receive();
        Assert.Equal("device-not-booked", scene.Refuse(new ReleaseBooking(Device), Scene.Karachi).Code);
        scene.Accept(new BookDevice(Device, new(scene.Release(), 1)), Scene.Karachi);
        scene.Accept(new ReleaseBooking(Device), Scene.Karachi);
        Assert.Equal((StockState.InStore, (UnitId?)null), (Item.Said, Item.Unit));
    }

    [Theory, InlineData("repair", "device-in-repair"), InlineData("loss", "device-lost"),
        InlineData("retirement", "device-retired")]
    public void What_cannot_be_used_is_not_fitted_and_the_reason_is_named(string why, string code)
    {
        Receive();
        scene.Accept(
            why switch
            {
                "repair" => new RepairDevice(Device, "does not charge"),
                "loss" => new ReportDeviceLost(Device, "not in the crate"),
                _ => new RetireDevice(Device, "battery"),
            }, Scene.Karachi);
        var unit = new UnitId(scene.Release(), 1);
        Assert.Equal(code, scene.Refuse(new FitDevice(unit, Device, DeviceRole.Container), Scene.Karachi).Code);
        if (why == "retirement") Receive();
        else scene.Accept(new ReturnDevice(Device, DeviceCondition.Working), Scene.Karachi);
        scene.Accept(new FitDevice(unit, Device, DeviceRole.Container), Scene.Karachi);
    }

    [Fact]
    public void A_device_the_books_do_not_know_is_fitted_all_the_same_and_shown_as_not_in_them()
    {
        scene.Accept(
            new FitDevice(new(scene.Release(), 1), Device, DeviceRole.Container), Scene.Karachi);
        Assert.Equal((StockState.Fitted, (DeviceCard?)null), (Item.Said, Item.Card));
        Receive();
        Assert.Equal((StockState.Fitted, "Invented Locks"), (Item.Said, Item.Card!.Vendor));
    }

    [Fact]
    public void A_device_used_again_without_having_been_in_a_store_is_fitted_and_named()
    {
        Receive();
        var (first, second) = (new UnitId(scene.Release(), 1), new UnitId(scene.Release(), 1));
        Assert.Empty(scene.Observe(new FitDevice(first, Device, DeviceRole.Container), Scene.Karachi));
        scene.Accept(new DetachDevice(first, Device, DetachReason.Other), Scene.Torkham);
        Assert.Equal((StockState.AwaitingReturn, (UnitId?)first), (Item.Said, Item.LastUnit));
        var opened = scene.Accept(new FitDevice(second, Device, DeviceRole.Container), Scene.Karachi)
            .OfType<IrregularityOpened>().Single();
        Assert.Equal(
            (second.Mrn, "device-not-returned", Device.ToString(), first.ToString()),
            (opened.Mrn, opened.Code, opened.Details[0], opened.Details[1]));
        scene.Accept(new DetachDevice(second, Device, DetachReason.Other), Scene.Torkham);
        scene.Accept(new ReturnDevice(Device, DeviceCondition.Working), Scene.Torkham);
        Assert.Empty(scene.Observe(new FitDevice(first, Device, DeviceRole.Container), Scene.Torkham));
    }

    [Fact]
    public void A_lost_device_stays_with_its_unit_until_it_is_taken_off()
    {
        Receive();
        var unit = new UnitId(scene.Release(), 1);
        scene.Accept(new FitDevice(unit, Device, DeviceRole.Container), Scene.Karachi);
        scene.Accept(new ReportDeviceLost(Device, "torn off"), Scene.Torkham);
        Assert.Equal((StockState.Lost, (object)unit), (Item.Said, Item.Unit!.Value));
        Assert.Equal(
            "device-elsewhere", scene.Refuse(new ReturnDevice(Device, DeviceCondition.Working), Scene.Torkham).Code);
        scene.Accept(new FitDevice(unit, Journey.Tracker, DeviceRole.Container), Scene.Karachi);
        Assert.Equal((StockState.Lost, (UnitId?)null), (Item.Said, Item.Unit));
    }

    [Fact]
    public void A_device_is_sent_to_another_office_and_is_in_its_store_when_it_is_put_there()
    {
        Receive();
        Assert.Equal("office-unknown", scene.Refuse(new SendDevice(Device, Scene.AfTorkham), Scene.Karachi).Code);
        Assert.Equal("device-at-other-office", scene.Refuse(new SendDevice(Device, Scene.Karachi), Scene.Torkham).Code);
        scene.Accept(new SendDevice(Device, Scene.Torkham), Scene.Karachi);
        Assert.Equal((StockState.Sent, (object)Scene.Torkham), (Item.Said, Item.SentTo!.Value));
        scene.Accept(new ReturnDevice(Device, DeviceCondition.Damaged), Scene.Torkham);
        Assert.Equal((StockState.InRepair, (object)Scene.Torkham), (Item.Said, Item.Home!.Value));
    }

    [Fact]
    public void What_is_wrong_with_a_receipt_is_named()
    {
        var unknown = scene.Refuse(new ReceiveDevice(new("jt60", "1"), "V", null, null, null), Scene.Karachi);
        Assert.Equal(("device-protocol-unknown", "jt60"), (unknown.Code, unknown.Args["value"]));
        Assert.Equal(
            ("iccid-malformed", "iccid"),
            (scene.Refuse(new ReceiveDevice(Device, "V", null, null, "1234"), Scene.Karachi) is var bad ? bad.Code : "",
                bad.Field));
        Receive();
        Assert.Equal(
            "device-in-books", scene.Refuse(new ReceiveDevice(Device, "V", null, null, null), Scene.Karachi).Code);
        Assert.Equal(
            "card-unchanged", scene.Refuse(new ChangeDeviceCard(Device, null, null, null, null), Scene.Karachi).Code);
        scene.Accept(new ChangeDeviceCard(Device, null, null, "1.8", "8992300000000000017"), Scene.Karachi);
        Assert.Equal(new DeviceCard("Invented Locks", "L1", "1.8", "8992300000000000017"), Item.Card);
    }
}
