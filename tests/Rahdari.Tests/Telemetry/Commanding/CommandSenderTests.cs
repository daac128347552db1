using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Tests.Telemetry.Connecting;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Commanding;

/// <summary>Commands of a node through API, record and sender.</summary>
public sealed class CommandSenderTests : IAsyncLifetime
{
    static readonly Actor First = new(new OfficerId("o-first"), Scene.Karachi, Role.Officer),
        Second = new(new OfficerId("o-second"), Scene.Karachi, Role.Officer);

    ApiNode node = null!;
    UnitId unit;

    CommandSender Sender => node.Get<CommandSender>();

    public async Task InitializeAsync()
    {
        node = await ApiNode.StartAsync(
            pack: TestPack.Make() with
            {
                Selectivity = TestPack.Always(new SelectivityRules([new("none", [], 0, 0, "reason.random")])),
                Commands = TestPack.Always(new CommandRules(60, true, 300)),
                Offices = [.. TestPack.Make().Offices,
                    TestPack.Make().Offices[0] with
                    {
                        Id = new(Scene.Pk, "CONTROL"), Roles = [OfficeRole.ControlRoom],
                    }],
            },
            more: s => s.AddCommanding().AddSingleton<IProjection, AlertBoard>(), map: a => a.MapCommands());
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = (await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration))
            .Body!["mrn"]!.GetValue<string>();
        unit = UnitId.Parse($"{mrn}/1", null);
        await node.Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        await node.Created($"/api/v1/movements/{mrn}/selection", Scene.Karachi, "{}");
        await FitAsync(Journey.Lock, "container");
        await FitAsync(Journey.Tracker, "prime-mover");
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    Task FitAsync(DeviceId device, string role) => node.Created(
        $"/api/v1/movements/{unit.Mrn}/units/1/devices", Scene.Karachi,
        $$"""{"device":"{{device}}","role":"{{role}}"}""");

    async Task<Answer> AskAsync(string command, string more = "") => await node.PostAsync(
        $"/api/v1/movements/{unit.Mrn}/units/1/commands", Scene.Karachi,
        $$"""{"device":"{{Journey.Lock}}","command":"{{command}}","reason":"opened for the scan"{{more}}}""");

    async Task<string> AskedAsync()
    {
        var outcome = await node.Desk.RunAsync(
            new AuthoriseCommand(unit, "c-1", Journey.Lock, CommandKind.Unlock, null, "opened for the scan"), First,
            RequestStamp.None, default);
        return Assert.IsType<CommandAuthorised>(Assert.IsType<Outcome.Done>(outcome).Events[0].Body).CommandId;
    }

    async Task<Outcome> ApproveAsync(string id) => await node.Desk.RunAsync(
        new ApproveUnlock(unit, id, node.Get<DeviceFixes>()), Second, RequestStamp.None, default);

    async Task<string> RefusedAsync(string id) => Assert.IsType<Outcome.Refused>(await ApproveAsync(id)).Why.Code;

    GeoCoordinate Karachi => node.Pack.FindOffice(Scene.Karachi)!.Place;

    GeoCoordinate Away => new(Karachi.Latitude + 0.5, Karachi.Longitude);

    async Task BothStandAsync(GeoCoordinate place)
    {
        await StandsAsync(Journey.Tracker, place);
        await StandsAsync(Journey.Lock, place, IdentityGrade.None);
    }

    async Task StandsAsync(
        DeviceId device, GeoCoordinate place, IdentityGrade grade = IdentityGrade.Network, int ahead = 0)
    {
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        var received = node.Clock.Now;
        var at = received.AddSeconds(ahead);
        var fix = new JournaledFix
        {
            Device = device, ReceivedAt = received, DecoderVersion = 1, Identity = grade,
            Message = new()
            {
                Kind = MessageKind.Position, Time = at, Valid = true,
                Position = new((int)(place.Latitude * 1e7), (int)(place.Longitude * 1e7)),
            },
        };
        await node.Get<IJournal>().AppendAsync(
            [
                new("pk-test/live", device.ToString(), at.ToMicros(), received.ToMicros(),
                    SHA256.HashData(Encoding.ASCII.GetBytes($"{device} {received.Ticks}")), [],
                    JournalBody.Write(fix)),
            ], default);
    }

    async Task<IReadOnlyList<string>> TakenAsync(string? password)
    {
        var session = new DeviceSession(Journey.Lock.Serial) { OneTimePassword = password };
        await Sender.LoadAsync(default);
        if (!Sender.HasAny(Journey.Lock)) return [];
        var taken = await Sender.TakeAsync(Journey.Lock, session, default);
        if (taken.Frames.Count > 0 && password is not null) Assert.Null(taken.Session.OneTimePassword);
        return [.. taken.Frames.Select(Encoding.ASCII.GetString)];
    }

    async Task<IReadOnlyList<string>> EventsAsync() =>
    [
        .. (await node.Desk.HistoryAsync(unit.Mrn.Value, default)).Select(e => EventTypes.Of(e.Body))
            .Where(t => t.Name.Contains("command") || t.Name.Contains("unlock"))
            .Select(t => t.Leaf ? t.Name : ""),
    ];

    [Fact]
    public async Task A_locks_one_time_password_opens_it_once_two_officers_and_the_tracker_agree()
    {
        var id = await AskedAsync();
        Assert.Empty(await TakenAsync("482913"));
        Assert.Equal("tracker-not-heard", await RefusedAsync(id));
        await BothStandAsync(Karachi);
        // The officer who asked is not a second one.
        var alone = await node.Desk.RunAsync(
            new ApproveUnlock(unit, id, node.Get<DeviceFixes>()), First, RequestStamp.None, default);
        Assert.Equal("second-officer-needed", Assert.IsType<Outcome.Refused>(alone).Why.Code);
        Assert.IsType<Outcome.Done>(await ApproveAsync(id));

        // The lock has not told its password yet; then it has, and it is used once.
        Assert.Empty(await TakenAsync(null));
        Assert.Contains("482913", Assert.Single(await TakenAsync("482913")));
        Assert.Empty(await TakenAsync("482913"));
        Assert.Equal(["command-authorised", "unlock-approved", "command-sent"], await EventsAsync());
    }

    [Fact]
    public async Task A_key_of_an_officer_asks_for_no_unlocking_and_approves_none()
    {
        var asked = await AskAsync("unlock");
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, "signed-in-officer-needed"), (asked.Status, asked.Code));
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        var approved = await node.PostAsync(
            $"/api/v1/movements/{unit.Mrn}/units/1/commands/{id}/approval", Scene.Karachi, "{}");
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, "signed-in-officer-needed"), (approved.Status, approved.Code));
    }

    [Fact]
    public async Task A_position_that_anybody_could_have_written_or_from_later_approves_nothing()
    {
        var id = await AskedAsync();
        await StandsAsync(Journey.Lock, Karachi, IdentityGrade.None);
        await StandsAsync(Journey.Tracker, Karachi, IdentityGrade.None);
        await StandsAsync(Journey.Tracker, Karachi, IdentityGrade.Vendor);
        await StandsAsync(Journey.Tracker, Karachi, IdentityGrade.Key, ahead: 300);
        Assert.Equal("tracker-not-heard", await RefusedAsync(id));
        await StandsAsync(Journey.Tracker, Karachi, IdentityGrade.Key);
        await StandsAsync(Journey.Lock, Away, IdentityGrade.None);
        Assert.Equal("lock-outside-zone", await RefusedAsync(id));
        await StandsAsync(Journey.Lock, Karachi, IdentityGrade.None);
        await RaiseAsync(AlertKind.DevicesApart);
        Assert.Equal("devices-are-apart", await RefusedAsync(id));
    }

    /// <param name="isSure">The lock speaks from a network of the node too: then nobody else is listened to.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_writes_a_locks_records_ends_no_unlocking(bool isSure)
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        Assert.IsType<Outcome.Done>(await ApproveAsync(id));
        if (isSure) await StandsAsync(Journey.Lock, Karachi);
        await StandsAsync(Journey.Lock, Away, IdentityGrade.None);
        if (!isSure)
        {
            Assert.Empty(await TakenAsync("482913"));
            Assert.Empty(await TakenAsync("482913"));
            Assert.True(Sender.HasAny(Journey.Lock));
            await StandsAsync(Journey.Lock, Karachi, IdentityGrade.None);
        }
        Assert.Contains("482913", Assert.Single(await TakenAsync("482913")));
        string[] waited = isSure ? [] : ["command-withheld"];
        Assert.Equal(["command-authorised", "unlock-approved", .. waited, "command-sent"], await EventsAsync());
    }

    [Fact]
    public async Task A_lock_that_is_surely_elsewhere_ends_its_unlocking()
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        Assert.IsType<Outcome.Done>(await ApproveAsync(id));
        await StandsAsync(Journey.Lock, Away, IdentityGrade.Key);
        await StandsAsync(Journey.Lock, Karachi, IdentityGrade.None);
        Assert.Empty(await TakenAsync("482913"));
        Assert.Equal(0, await WaitingAsync());
        var commands = await node.Desk.FoldAsync<CommandState>(unit.Mrn.Value, default);
        Assert.Equal("lock-outside-zone", commands.Find(id, Scene.Pk)!.Withheld!.Code);
    }

    [Theory]
    [InlineData(AlertKind.Drift, null)]
    [InlineData(AlertKind.DevicesSwapped, null)]
    [InlineData(AlertKind.DevicesSwapped, 2)]
    public async Task Devices_that_may_ride_with_another_unit_approve_nothing(AlertKind kind, int? first)
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        await RaiseAsync(kind, first);
        Assert.Equal("devices-are-apart", await RefusedAsync(id));
    }

    async Task<long> WaitingAsync() =>
        (await node.Desk.QueryAsync<long>("select count(*) from device_command", null, default))[0];

    /// <param name="first">The unit that the alert names first, this one second; null where it names this one.</param>
    Task RaiseAsync(AlertKind kind, int? first = null) => node.Desk.DecideAsync(
        Second,
        _ => Task.FromResult(Decision.Accept(new NewEvent(
            AlertState.Subject("a-1"),
            new AlertRaised(
                "a-1", first is { } number ? new(unit.Mrn, number) : unit, kind, AlertSeverity.Critical, node.Clock.Now,
                node.Clock.Now, false, Journey.Lock, null, null, "alert.devices-apart.unplaced", [])
            {
                OtherUnit = first is null ? null : unit,
            }))),
        default);

    [Fact]
    public async Task An_approved_unlocking_does_not_follow_the_truck_out_of_the_zone()
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        Assert.IsType<Outcome.Done>(await ApproveAsync(id));
        node.Clock.Advance(TimeSpan.FromMinutes(20));
        // Nobody was heard for long: it waits, and is not forgotten.
        Assert.Empty(await TakenAsync("482913"));
        Assert.Empty((await Sender.TakeAsync(
            Journey.Lock, new DeviceSession(Journey.Lock.Serial) { OneTimePassword = "482913" }, default)).Frames);
        Assert.True(Sender.HasAny(Journey.Lock));
        await BothStandAsync(Away);
        Assert.Empty(await TakenAsync("482913"));
        Assert.Equal(0, await WaitingAsync());
        await BothStandAsync(Karachi);
        Assert.Empty(await TakenAsync("482913"));
        var commands = await node.Desk.FoldAsync<CommandState>(unit.Mrn.Value, default);
        Assert.Equal("unit-outside-zone", commands.Find(id, Scene.Pk)!.Withheld!.Code);
        Assert.Equal(
            ["command-authorised", "unlock-approved", "command-withheld", "command-withheld"], await EventsAsync());
    }

    [Fact]
    public async Task An_unlocking_with_a_password_that_cannot_be_sent_is_over_and_says_so()
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        Assert.IsType<Outcome.Done>(await ApproveAsync(id));
        Assert.Empty(await TakenAsync("123"));
        Assert.Equal(0, await WaitingAsync());
        var commands = await node.Desk.FoldAsync<CommandState>(unit.Mrn.Value, default);
        Assert.Equal(
            ("command-not-encodable", true),
            (commands.Find(id, Scene.Pk)!.Withheld!.Code, commands.Find(id, Scene.Pk)!.Withheld!.Final));
        Assert.Equal(["command-authorised", "unlock-approved", "command-withheld"], await EventsAsync());
    }

    [Fact]
    public async Task The_places_of_an_unlocking_are_read_before_the_decision_and_not_in_it()
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        var journal = new TestJournal(node.Get<IJournal>());
        var fixes = new DeviceFixes(journal, node.Pack, node.Clock);
        foreach (var asked in new IOperation[]
        {
            new ApproveUnlock(unit, id, fixes), new SendCommand(unit, id, Journey.Lock, fixes),
        })
        {
            var before = journal.DeviceReads;
            var prepared = await asked.PrepareAsync(node.Desk, Second, default);
            var read = journal.DeviceReads;
            Assert.True(read > before);
            Assert.IsType<Outcome.Done>(await DecideAsync(prepared));
            Assert.Equal(read, journal.DeviceReads);
        }
        Assert.Equal(["command-authorised", "unlock-approved", "command-sent"], await EventsAsync());
    }

    Task<Outcome> DecideAsync(IOperation prepared) =>
        node.Desk.DecideAsync(Second, reader => prepared.DecideAsync(reader, Second, default), default);

    [Theory]
    [InlineData("time", "tracker-not-heard")]
    [InlineData("tracker", "tracker-not-heard")]
    [InlineData("alert", "devices-are-apart")]
    public async Task What_changes_once_the_places_are_read_is_asked_in_the_decision(string change, string code)
    {
        var id = await AskedAsync();
        await BothStandAsync(Karachi);
        Assert.IsType<Outcome.Done>(await ApproveAsync(id));
        var sending = await new SendCommand(unit, id, Journey.Lock, node.Get<DeviceFixes>())
            .PrepareAsync(node.Desk, Second, default);
        if (change == "time") node.Clock.Advance(TimeSpan.FromSeconds(301));
        if (change == "alert") await RaiseAsync(AlertKind.DevicesApart);
        if (change == "tracker")
        {
            Assert.IsType<Outcome.Done>(await node.Desk.RunAsync(
                new DetachDevice(unit, Journey.Tracker, DetachReason.DeviceFault), First, RequestStamp.None, default));
            await FitAsync(new("jt600", "1234567890"), "prime-mover");
        }
        var withheld = Assert.IsType<CommandWithheld>(
            Assert.IsType<Outcome.Done>(await DecideAsync(sending)).Events[0].Body);
        Assert.Equal((code, false), (withheld.Code, withheld.Final));
    }

    [Fact]
    public async Task No_command_goes_out_without_a_recorded_authorisation()
    {
        await Sender.LoadAsync(default);
        Assert.False(Sender.HasAny(Journey.Lock));
        var unknown = await node.PostAsync(
            $"/api/v1/movements/{unit.Mrn}/units/1/commands", Scene.Karachi,
            $$"""{"device":"jt600:1234567890","command":"lock","reason":"no"}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "device-not-fitted"), (unknown.Status, unknown.Code));
        var outcome = await node.Desk.RunAsync(
            new SendCommand(unit, "c-000000000000", Journey.Lock, node.Get<DeviceFixes>()), Second, RequestStamp.None,
            default);
        Assert.Equal("command-unknown", Assert.IsType<Outcome.Refused>(outcome).Why.Code);
        Assert.Empty(await EventsAsync());
    }

    [Fact]
    public async Task A_padlock_is_told_once_to_lock()
    {
        DeviceId padlock = new("jt808", "013912345678");
        await FitAsync(padlock, "container");
        var asked = await node.PostAsync(
            $"/api/v1/movements/{unit.Mrn}/units/1/commands", Scene.Karachi,
            $$"""{"device":"{{padlock}}","command":"lock","reason":"left open after the scan"}""");
        Assert.Equal("ready", asked.Body!["state"]!.GetValue<string>());
        await Sender.LoadAsync(default);
        Assert.True(Sender.HasAny(padlock));

        var taken = await Sender.TakeAsync(padlock, new(padlock.Serial), default);

        // 8500, a body of one byte, the first serial, bit 0 of the flags.
        Assert.StartsWith(
            "7E85000001" + padlock.Serial + "000101", Convert.ToHexString(Assert.Single(taken.Frames)),
            StringComparison.Ordinal);
        Assert.Empty((await Sender.TakeAsync(padlock, new(padlock.Serial), default)).Frames);
        Assert.Equal(["command-authorised", "command-sent"], await EventsAsync());
    }

    [Fact]
    public async Task A_command_lapses_where_the_device_is_not_heard_in_time()
    {
        Assert.Equal("ready", (await AskAsync("report-interval", ",\"intervalSeconds\":60"))
            .Body!["state"]!.GetValue<string>());
        node.Clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Empty(await TakenAsync(null));
        await AskAsync("report-interval", ",\"intervalSeconds\":120");
        Assert.Single(await TakenAsync(null));
        Assert.Equal(["command-authorised", "command-authorised", "command-sent"], await EventsAsync());
    }
}
