using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Commanding;

/// <summary>Commands of a node through API, record and sender.</summary>
public sealed class CommandSenderTests : IAsyncLifetime
{
    static readonly Actor Second = new(new OfficerId("o-second"), Scene.Karachi, Role.Officer);

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
            more: s => s.AddCommanding(), map: a => a.MapCommands());
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

    async Task TrackerStandsAsync(GeoCoordinate place)
    {
        var at = node.Clock.Now;
        var fix = new JournaledFix
        {
            Device = Journey.Tracker, ReceivedAt = at, DecoderVersion = 1,
            Message = new()
            {
                Kind = MessageKind.Position, Time = at, Valid = true,
                Position = new((int)(place.Latitude * 1e7), (int)(place.Longitude * 1e7)),
            },
        };
        await node.Get<IJournal>().AppendAsync(
            [
                new("pk-test/live", Journey.Tracker.ToString(), at.ToMicros(), at.ToMicros(),
                    SHA256.HashData(Encoding.ASCII.GetBytes($"{at.Ticks}")), [], JournalBody.Write(fix)),
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
        var asked = await AskAsync("unlock");
        Assert.Equal("waits-for-approval", asked.Body!["state"]!.GetValue<string>());
        Assert.Empty(await TakenAsync("482913"));
        var id = asked.Body["commandId"]!.GetValue<string>();
        var approve = new ApproveUnlock(unit, id, node.Get<DeviceFixes>());
        Assert.Equal(
            "tracker-not-heard",
            Assert.IsType<Outcome.Refused>(await node.Desk.RunAsync(approve, Second, RequestStamp.None, default))
                .Why.Code);
        await TrackerStandsAsync(node.Pack.FindOffice(Scene.Karachi)!.Place);
        // The officer who asked is not a second one.
        var alone = await node.PostAsync(
            $"/api/v1/movements/{unit.Mrn}/units/1/commands/{id}/approval", Scene.Karachi, "{}");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "second-officer-needed"), (alone.Status, alone.Code));
        Assert.IsType<Outcome.Done>(await node.Desk.RunAsync(approve, Second, RequestStamp.None, default));

        // The lock has not told its password yet; then it has, and it is used once.
        Assert.Empty(await TakenAsync(null));
        Assert.Contains("482913", Assert.Single(await TakenAsync("482913")));
        Assert.Empty(await TakenAsync("482913"));
        Assert.Equal(["command-authorised", "unlock-approved", "command-sent"], await EventsAsync());
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
            new SendCommand(unit, "c-000000000000", Journey.Lock), Second, RequestStamp.None, default);
        Assert.Equal("command-unknown", Assert.IsType<Outcome.Refused>(outcome).Why.Code);
        Assert.Empty(await EventsAsync());
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
