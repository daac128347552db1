using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Telemetry.Commanding;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Commanding;

public sealed class CommandDecisionTests
{
    static readonly Actor First = new(new OfficerId("o-1"), Scene.Torkham, Role.Officer),
        Second = new(new OfficerId("o-2"), Scene.Torkham, Role.Officer),
        Control = new(new OfficerId("o-3"), Scene.Torkham, Role.ControlRoom);

    static readonly CommandRules Off = new(60, false, 300), On = new(60, true, 300);

    readonly Scene scene = new();
    readonly UnitId unit;

    public CommandDecisionTests() => unit = scene.GatedOut();

    Office Torkham => scene.Pack.FindOffice(Scene.Torkham)!;

    DeviceFix Near => new(Journey.Tracker, scene.Now.AddMinutes(-1), Torkham.Place, Sure: true);

    DeviceFix Sealed => Near with { Device = Journey.Lock };

    AuthoriseCommand Ask(CommandKind kind, int? seconds = null, DeviceId? device = null) =>
        new(unit, "c-1", device ?? Journey.Lock, kind, seconds, "stuck at the scanner");

    Decision Decide(AuthoriseCommand command, CommandRules? rules, Actor? by = null) => AuthoriseCommand.Decide(
        scene.Movement(unit.Mrn), scene.Fold<CommandState>(unit.Mrn.Value), command, by ?? First, scene.Now,
        scene.Pack with { Commands = rules is null ? Dated<CommandRules>.Never : TestPack.Always(rules) });

    Decision Approve(Actor by, DeviceFix? fix, CommandRules? rules = null, string id = "c-1") =>
        ApproveOn(by, new UnlockEvidence(fix, Sealed, false), rules, id);

    Decision ApproveOn(Actor by, UnlockEvidence evidence, CommandRules? rules = null, string id = "c-1") =>
        ApproveUnlock.Decide(
            scene.Movement(unit.Mrn), scene.Fold<CommandState>(unit.Mrn.Value), unit, id, by, scene.Now, rules ?? On,
            scene.Pack.FindOffice(by.Office), evidence);

    Decision Send(
        DateTimeOffset now, UnlockEvidence? evidence = null, CommandRules? rules = null, bool hasBytes = true) =>
        SendCommand.Decide(
            scene.Fold<CommandState>(unit.Mrn.Value), scene.Movement(unit.Mrn),
            new(unit, "c-1", Journey.Lock, null!, hasBytes), Scene.Pk, now, rules ?? On, Torkham,
            evidence ?? new(null, null, false));

    static string CodeOf(Decision decision) => Assert.IsType<Decision.Refused>(decision).Why.Code;

    void Record(Decision decision, Actor by)
    {
        foreach (var e in Assert.IsType<Decision.Accepted>(decision).Events)
            scene.Add(by.Office, e.Subject, e.Body, by.Id);
    }

    [Fact]
    public void A_command_needs_a_fitted_device_rules_and_a_protocol_that_has_it()
    {
        Assert.Equal(
            "device-not-fitted", CodeOf(Decide(Ask(CommandKind.Lock, device: new("jt600", "1")), On)));
        Assert.Equal("rules-unknown", CodeOf(Decide(Ask(CommandKind.ReportInterval, 60), null)));
        Assert.Equal("command-not-supported", CodeOf(Decide(Ask(CommandKind.PositionNow), On)));
        Assert.Equal("input-out-of-range", CodeOf(Decide(Ask(CommandKind.ReportInterval, 5), On)));
        Assert.Equal("input-unknown-field", CodeOf(Decide(Ask(CommandKind.Unlock, 60), On)));
        Record(Decide(Ask(CommandKind.ReportInterval, 60), On, Control), Control);
        var asked = scene.Fold<CommandState>(unit.Mrn.Value).Find("c-1", Scene.Pk)!;
        Assert.True(asked.IsReady(scene.Now));
        Assert.False(asked.IsReady(scene.Now.AddMinutes(60)));
    }

    /// <summary>Two legs by way of Peshawar, a stop, and offices at and beside them.</summary>
    void StretchTheRoute()
    {
        var chaman = scene.Pack.FindOffice(Scene.Chaman)!;
        Office At(string code, string place, OfficeRole task) =>
            chaman with { Id = new(Scene.Pk, code), NameKey = place, Roles = [task] };
        scene.Pack = scene.Pack with
        {
            Offices =
            [
                .. scene.Pack.Offices, At("PESHAWAR", "place.peshawar", OfficeRole.Transit),
                At("HALT", "place.halt", OfficeRole.Halt), At("CMCR", "place.karachi", OfficeRole.ControlRoom),
            ],
            Routes =
            [
                .. scene.Pack.Routes.Select(r => r.Id != "indus" ? r : r with
                {
                    Legs =
                    [
                        new("place.port", "place.peshawar", [], 1, 1), new("place.peshawar", "place.end", [], 1, 1),
                    ],
                    Stops = [new("place.halt", default, 1, 1)],
                }),
            ],
        };
    }

    [Theory]
    [InlineData("KARACHI", Role.Officer, true)]
    [InlineData("TORKHAM", Role.Officer, true)]
    [InlineData("PESHAWAR", Role.Officer, true)]
    [InlineData("HALT", Role.Officer, true)]
    [InlineData("CHAMAN", Role.Officer, false)]
    [InlineData("NOWHERE", Role.Officer, false)]
    [InlineData("CHAMAN", Role.ControlRoom, true)]
    [InlineData("CMCR", Role.Officer, true)]
    public void A_command_is_for_an_office_of_the_route_or_the_control_room(string office, Role role, bool may)
    {
        StretchTheRoute();
        var by = new Actor(new OfficerId("o-5"), new(Scene.Pk, office), role);
        var (interval, shut) = (Ask(CommandKind.ReportInterval, 60), Ask(CommandKind.Lock));
        if (may) Assert.IsType<Decision.Accepted>(Decide(interval, On, by));
        else Assert.Equal("office-not-of-route", CodeOf(Decide(interval, On, by)));
        // The device here has no such command: what is asked first is who asks.
        var last = role == Role.Officer ? "command-not-supported" : "officer-only";
        Assert.Equal(may ? last : "office-not-of-route", CodeOf(Decide(shut, On, by)));
    }

    [Fact]
    public void What_is_offered_to_an_officer_is_what_is_granted()
    {
        StretchTheRoute();
        var offered = 0;
        foreach (var office in new[] { "KARACHI", "TORKHAM", "PESHAWAR", "HALT", "CHAMAN", "NOWHERE", "CMCR" })
            foreach (var role in new[] { Role.Officer, Role.ControlRoom })
                foreach (var rules in new[] { On, Off, null })
                {
                    var by = new Actor(new OfficerId("o-5"), new(Scene.Pk, office), role);
                    var granted = Enum.GetValues<CommandKind>().Where(kind =>
                        new[] { Journey.Lock, Journey.Tracker }.Any(device => Decide(
                            Ask(kind, kind == CommandKind.ReportInterval ? 60 : null, device), rules, by)
                            is Decision.Accepted));
                    var pack = scene.Pack with
                    {
                        Commands = rules is null ? Dated<CommandRules>.Never : TestPack.Always(rules),
                    };
                    var said = AuthoriseCommand.Offered(
                        scene.Movement(unit.Mrn), unit.Number, by, scene.Now, pack);
                    Assert.Equal(granted, said);
                    offered += said.Count;
                }
        Assert.True(offered > 0);
        Assert.Empty(AuthoriseCommand.Offered(
            scene.Movement(unit.Mrn), unit.Number, new(new("o-6"), Scene.AfTorkham, Role.Officer), scene.Now,
            scene.Pack with { Commands = TestPack.Always(On) }));
    }

    [Fact]
    public void Opening_from_afar_is_off_unless_the_rules_turn_it_on_and_only_officers_answer_for_it()
    {
        Assert.Equal("remote-unlock-off", CodeOf(Decide(Ask(CommandKind.Unlock), Off)));
        Assert.Equal("officer-only", CodeOf(Decide(Ask(CommandKind.Unlock), On, Control)));
        Record(Decide(Ask(CommandKind.Unlock), On), First);
        Assert.False(scene.Fold<CommandState>(unit.Mrn.Value).Find("c-1", Scene.Pk)!.IsReady(scene.Now));
        Assert.Equal("remote-unlock-off", CodeOf(Approve(Second, Near, Off)));
    }

    [Fact]
    public void An_unlocking_needs_a_second_officer_of_the_same_office_and_the_tracker_in_its_zone()
    {
        Assert.Equal("command-unknown", CodeOf(Approve(Second, Near)));
        Record(Decide(Ask(CommandKind.Unlock), On), First);
        Assert.Equal("second-officer-needed", CodeOf(Approve(First, Near)));
        Assert.Equal("second-officer-elsewhere", CodeOf(Approve(Second with { Office = Scene.Karachi }, Near)));
        Assert.Equal("tracker-not-heard", CodeOf(Approve(Second, null)));
        Assert.Equal(
            "tracker-not-heard", CodeOf(Approve(Second, Near with { FixedAt = scene.Now.AddSeconds(-301) })));
        Assert.Equal("tracker-not-heard", CodeOf(Approve(Second, Near with { Device = Journey.Lock })));
        Assert.Equal("tracker-not-heard", CodeOf(Approve(Second, Near with { Sure = false })));
        var far = Near with { Place = new(Torkham.Place.Latitude + 0.5, Torkham.Place.Longitude) };
        Assert.Equal("unit-outside-zone", CodeOf(Approve(Second, far)));

        Record(Approve(Second, Near), Second);
        var approved = scene.Fold<CommandState>(unit.Mrn.Value).Find("c-1", Scene.Pk)!;
        Assert.Equal(
            (true, new OfficerId("o-1"), new OfficerId("o-2")),
            (approved.IsReady(scene.Now), approved.AuthorisedBy, approved.ApprovedBy!.Value));
        Assert.Equal("command-not-waiting", CodeOf(Approve(Second, Near)));
        scene.Now = scene.Now.AddMinutes(60);
        Assert.Equal("command-lapsed", CodeOf(Approve(Second, Near)));
    }

    [Fact]
    public void A_unit_without_a_tracker_of_its_own_is_not_opened_from_afar()
    {
        Record(Decide(Ask(CommandKind.Unlock), On), First);
        scene.Accept(new DetachDevice(unit, Journey.Tracker, DetachReason.DeviceFault), Scene.Torkham);
        Assert.Equal("tracker-missing", CodeOf(Approve(Second, Near)));
    }

    [Fact]
    public void A_command_goes_out_once_in_its_time_and_to_the_unit_it_was_authorised_for()
    {
        Assert.Equal("command-unknown", CodeOf(Send(scene.Now)));
        Record(Decide(Ask(CommandKind.ReportInterval, 60), On), First);
        Assert.Equal("command-lapsed", CodeOf(Send(scene.Now.AddMinutes(60))));
        var before = scene.Now;
        Record(Send(before), First);
        Assert.Equal("command-lapsed", CodeOf(Send(before)));
    }

    [Fact]
    public void A_device_taken_off_meanwhile_gets_no_command()
    {
        Record(Decide(Ask(CommandKind.ReportInterval, 60), On), First);
        scene.Accept(new DetachDevice(unit, Journey.Lock, DetachReason.DeviceFault), Scene.Torkham);
        Assert.Equal("device-not-fitted", CodeOf(Send(scene.Now)));
    }

    CommandWithheld Withheld(Decision decision) => Assert.IsType<CommandWithheld>(
        Assert.Single(Assert.IsType<Decision.Accepted>(decision).Events).Body);

    UnlockEvidence Here => new(Near, Sealed, false);

    DeviceFix Gone(DeviceFix fix) => fix with { Place = new(Torkham.Place.Latitude + 0.5, Torkham.Place.Longitude) };

    void Approved()
    {
        Record(Decide(Ask(CommandKind.Unlock), On), First);
        Record(ApproveOn(Second, Here), Second);
    }

    [Theory]
    [InlineData("remote-unlock-off")]
    [InlineData("unit-outside-zone")]
    [InlineData("lock-outside-zone")]
    [InlineData("tracker-missing")]
    [InlineData("device-not-fitted")]
    [InlineData("command-not-encodable")]
    public void What_allowed_an_unlocking_is_asked_again_when_the_lock_is_there(string why)
    {
        Approved();
        var lost = why == "tracker-missing" ? Journey.Tracker : Journey.Lock;
        if (why is "tracker-missing" or "device-not-fitted")
            scene.Accept(new DetachDevice(unit, lost, DetachReason.DeviceFault), Scene.Torkham);
        var withheld = Withheld(Send(
            scene.Now, why switch
            {
                "unit-outside-zone" => Here with { Tracker = Gone(Near) },
                "lock-outside-zone" => Here with { Lock = Gone(Sealed) },
                _ => Here,
            }, why == "remote-unlock-off" ? Off : On, why != "command-not-encodable"));

        Assert.Equal((why, true), (withheld.Code, withheld.Final));
        scene.Add(Scene.Torkham, unit.Mrn.Value, withheld, OfficerId.Node);
        Assert.Equal("command-lapsed", CodeOf(Send(scene.Now, Here)));
    }

    [Fact]
    public void An_approved_unlocking_waits_for_a_device_that_is_not_heard_and_says_so_once()
    {
        Approved();
        var silent = Withheld(Send(scene.Now, Here with { Lock = null }));
        Assert.Equal(("lock-not-heard", false), (silent.Code, silent.Final));
        scene.Add(Scene.Torkham, unit.Mrn.Value, silent, OfficerId.Node);
        Assert.Equal("lock-not-heard", CodeOf(Send(scene.Now, Here with { Lock = null })));
        Assert.Equal("tracker-not-heard", Withheld(Send(scene.Now, Here with { Tracker = null })).Code);
        Assert.IsType<CommandSent>(Assert.IsType<Decision.Accepted>(Send(scene.Now, Here)).Events[0].Body);
    }

    [Theory]
    [InlineData("lock-outside-zone")]
    [InlineData("devices-are-apart")]
    public void What_anybody_could_have_written_makes_an_unlocking_wait_and_ends_none(string why)
    {
        Approved();
        var against = why == "lock-outside-zone"
            ? Here with { Lock = Gone(Sealed) with { Sure = false } }
            : Here with { Apart = true };
        var waits = Withheld(Send(scene.Now, against));
        Assert.Equal((why, false), (waits.Code, waits.Final));
        scene.Add(Scene.Torkham, unit.Mrn.Value, waits, OfficerId.Node);
        Assert.Equal(why, CodeOf(Send(scene.Now, against)));
        Assert.True(UnlockGround.IsWait(why));
        Assert.IsType<CommandSent>(Assert.IsType<Decision.Accepted>(Send(scene.Now, Here)).Events[0].Body);
    }

    [Fact]
    public void Reasons_that_take_turns_are_said_once_each_and_what_ends_it_is_said_all_the_same()
    {
        Approved();
        UnlockEvidence[] against =
        [
            Here with { Lock = null }, Here with { Tracker = null }, Here with { Apart = true },
            Here with { Lock = Gone(Sealed) with { Sure = false } },
        ];
        foreach (var evidence in against)
            scene.Add(Scene.Torkham, unit.Mrn.Value, Withheld(Send(scene.Now, evidence)), OfficerId.Node);
        foreach (var evidence in against) Assert.True(UnlockGround.IsWait(CodeOf(Send(scene.Now, evidence))));
        string[] said = ["lock-not-heard", "tracker-not-heard", "devices-are-apart", "lock-outside-zone"];
        Assert.Equal(said, scene.Fold<CommandState>(unit.Mrn.Value).Find("c-1", Scene.Pk)!.Reasons.Select(r => r.Code));

        var over = Withheld(Send(scene.Now, Here with { Lock = Gone(Sealed) }));
        Assert.Equal(("lock-outside-zone", true), (over.Code, over.Final));
        scene.Add(Scene.Torkham, unit.Mrn.Value, over, OfficerId.Node);
        var command = scene.Fold<CommandState>(unit.Mrn.Value).Find("c-1", Scene.Pk)!;
        Assert.Equal((over, 4), (command.Withheld, command.Reasons.Count));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_is_sure_ends_an_unlocking_whatever_else_it_waits_for(bool isApart, bool isLockUnheard)
    {
        Approved();
        var outside = Withheld(Send(
            scene.Now, new(Gone(Near), isLockUnheard ? null : Gone(Sealed) with { Sure = false }, isApart)));
        Assert.Equal(("unit-outside-zone", true), (outside.Code, outside.Final));
        var taken = Withheld(Send(scene.Now, new(isLockUnheard ? null : Near, Gone(Sealed), isApart)));
        Assert.Equal(("lock-outside-zone", true), (taken.Code, taken.Final));
    }

    [Fact]
    public void A_second_officers_approval_asks_the_lock_and_the_open_alerts_too()
    {
        Record(Decide(Ask(CommandKind.Unlock), On), First);
        Assert.Equal("lock-not-heard", CodeOf(ApproveOn(Second, Here with { Lock = null })));
        Assert.Equal("lock-outside-zone", CodeOf(ApproveOn(Second, Here with { Lock = Gone(Sealed) })));
        Assert.Equal("devices-are-apart", CodeOf(ApproveOn(Second, Here with { Apart = true })));
        Assert.Equal(
            "tracker-not-heard",
            CodeOf(ApproveOn(Second, Here with { Tracker = Near with { FixedAt = scene.Now.AddSeconds(1) } })));
    }

    [Fact]
    public void A_key_answers_for_no_unlocking_and_for_every_other_command()
    {
        var key = First with { Id = new("k-0123456789abcdef") };
        Assert.Equal("signed-in-officer-needed", CodeOf(Decide(Ask(CommandKind.Unlock), On, key)));
        Assert.IsType<Decision.Accepted>(Decide(Ask(CommandKind.ReportInterval, 60), On, key));
        Record(Decide(Ask(CommandKind.Unlock), On), First);
        Assert.Equal(
            "signed-in-officer-needed", CodeOf(ApproveOn(key with { Id = new("k-fedcba9876543210") }, Here)));
    }

    [Theory]
    [InlineData("jt600", 7_200, "10 3600")]
    [InlineData("jt600", 9, "10 3600")]
    [InlineData("jt808", 86_401, "10 86400")]
    [InlineData("meitrack", 0, "10 86400")]
    public void An_interval_outside_of_a_protocols_range_is_refused_with_the_range(
        string protocol, int seconds, string range)
    {
        var device = new DeviceId(protocol, "800062001100");
        scene.Accept(new DetachDevice(unit, Journey.Lock, DetachReason.DeviceFault), Scene.Torkham);
        scene.Accept(new FitDevice(unit, device, DeviceRole.Container), Scene.Torkham);
        var why = Assert.IsType<Decision.Refused>(
            Decide(Ask(CommandKind.ReportInterval, seconds, device), On)).Why;
        Assert.Equal(
            ("input-out-of-range", "intervalSeconds", range),
            (why.Code, why.Field, $"{why.Args["min"]} {why.Args["max"]}"));
        Assert.IsType<Decision.Accepted>(Decide(Ask(CommandKind.ReportInterval, 3_600, device), On));
    }
}
