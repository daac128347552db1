using Rahdari.Corridors;
using Rahdari.Parties;

namespace Rahdari.Tests.Corridors;

public sealed class CorridorPackLoaderTests
{
    static readonly DateTimeOffset DemoDate = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    static string Folder(string name) => Path.Combine(Checkout.Root, "corridors", name);

    static CorridorPack Real => CorridorPackLoader.Load(Folder("pk-af")).OrThrow();

    static CorridorPack Demo => CorridorPackLoader.Load(Folder("pk-af"), Folder("demo")).OrThrow();

    [Fact]
    public void The_shipped_pack_loads_without_a_problem() =>
        Assert.Empty(CorridorPackLoader.Load(Folder("pk-af")).Problems);

    [Fact]
    public void Both_routes_run_from_the_port_to_their_crossing()
    {
        var pack = Real;
        foreach (var route in pack.Routes)
        {
            var crossing = pack.FindCrossing(route.CrossingCode)!;
            Assert.Equal(pack.FindOffice(OfficeId.Parse("pk:KARACHI"))!.Place, route.Line[0]);
            Assert.Equal(crossing.Place, route.Line[^1]);
            Assert.Equal(crossing.ExitOffice, route.ExitOffice);
            Assert.NotEqual(crossing.ExitOffice.Administration, crossing.EntryOffice.Administration);
        }
        Assert.Equal(["karachi-chaman", "karachi-torkham"], pack.Routes.Select(r => r.Id).Order());
        Assert.Contains(OfficeId.Parse("pk:PORT-QASIM"), pack.FindRoute("karachi-torkham")!.DepartureOffices);
    }

    [Fact]
    public void No_leg_is_narrower_than_its_accuracy_and_none_claims_to_be_exact()
    {
        foreach (var leg in Real.Routes.SelectMany(r => r.Legs))
        {
            Assert.True(leg.HalfWidthMetres >= leg.AccuracyMetres, leg.To);
            Assert.True(leg.AccuracyMetres >= 3_000, leg.To);
        }
    }

    [Fact]
    public void The_drawn_lines_are_shorter_than_the_roads_and_no_less_than_nine_tenths_of_them()
    {
        foreach (var route in Real.Routes)
        {
            var drawn = new CorridorGeometry(route).LengthMetres / 1000;
            Assert.InRange(drawn, 0.9 * route.RoadKilometres!.Value, route.RoadKilometres.Value);
        }
    }

    [Fact]
    public void Every_office_lies_within_a_stated_distance_and_has_a_source()
    {
        foreach (var office in Real.Offices)
        {
            Assert.True(office.ZoneRadiusMetres >= office.AccuracyMetres, office.Id.ToString());
            Assert.NotEqual("", office.Validity.Source);
        }
        foreach (var administration in Real.Administrations)
            Assert.Contains(
                Real.Offices, o => o.Id.Administration == administration && o.Roles.Contains(OfficeRole.ControlRoom));
    }

    [Fact]
    public void The_fee_of_the_sources_is_open_ended_and_the_demo_assumes_its_end()
    {
        Assert.Null(Real.Fee.At(new(2023, 10, 2, 18, 59, 59, TimeSpan.Zero)));
        Assert.Contains(
            "1380", Real.Fee.At(new(2023, 10, 2, 19, 0, 0, TimeSpan.Zero))!.Source, StringComparison.Ordinal);
        Assert.Contains("816", Real.Fee.At(DemoDate)!.Source, StringComparison.Ordinal);
        Assert.Null(Demo.Fee.At(DemoDate));
        Assert.Contains(
            Demo.Assumptions, a => a.StartsWith("fee/sro-816-2025: assumed for the demo", StringComparison.Ordinal));
        Assert.Empty(Real.Assumptions);
    }

    [Fact]
    public void In_the_fee_scenario_it_is_still_in_force()
    {
        var pack = CorridorPackLoader.Load(Folder("pk-af"), Folder("demo"), Folder("demo-fee")).OrThrow();
        Assert.Equal(100_000, pack.Fee.At(DemoDate)!.Value.RatePerMillion);
        Assert.Equal("pk-af", pack.Id);
        Assert.Equal(["demo", "demo-fee"], pack.Overlays);
    }

    [Fact]
    public void Lower_grades_free_nothing_in_the_sources_and_after_a_day_in_the_demo()
    {
        Assert.False(Real.Discharge.At(DemoDate)!.Value.WaitHours.ContainsKey(EvidenceGrade.E1));
        var waits = Demo.Discharge.At(DemoDate)!.Value.WaitHours;
        Assert.Equal((24, 24, 0, 0),
            (waits[EvidenceGrade.E1], waits[EvidenceGrade.E2], waits[EvidenceGrade.E3], waits[EvidenceGrade.E4]));
    }

    [Fact]
    public void The_office_has_a_day_before_the_node_discharges_and_two_in_the_demo()
    {
        var real = Real.Discharge.At(DemoDate)!.Value;
        Assert.Equal((24, true), (real.NodeAfterHours, real.NodeStopsAtClosure));
        Assert.Equal(48, Demo.Discharge.At(DemoDate)!.Value.NodeAfterHours);
    }

    [Fact]
    public void Insurers_are_accepted_only_where_the_demo_assumes_it()
    {
        Assert.False(Real.Guarantee.At(DemoDate)!.Value.AcceptsInsurers);
        Assert.Contains(Real.Unknowns, u => u.Topic == "guarantee" && u.Text.Contains("A++", StringComparison.Ordinal));
        Assert.Equal(["A++"], Demo.Guarantee.At(DemoDate)!.Value.InsurerRatings);
    }

    [Fact]
    public void Rates_of_the_past_are_kept_beside_those_in_force()
    {
        var pack = Real;
        int Scan(int year) =>
            pack.Selectivity.At(new(year, 6, 1, 0, 0, 0, TimeSpan.Zero))!.Value.Profiles[0].ScanPerMillion;
        Assert.Equal((0, 200_000, 250_000), (Scan(2016), Scan(2020), Scan(2026)));
        Assert.Null(pack.Selectivity.At(new(2012, 6, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Office_hours_are_read_as_they_stand_and_unknown_where_they_do_not()
    {
        OpeningHours? HoursOf(string office) => Real.FindOffice(OfficeId.Parse(office))!.Hours.At(DemoDate)?.Value;
        var chaman = HoursOf("pk:CHAMAN")!;
        Assert.Equal((new TimeOnly(8, 0), new TimeOnly(17, 0)), (chaman.Opens, chaman.Closes));
        Assert.DoesNotContain(6, chaman.Days);
        Assert.NotNull(HoursOf("pk:TORKHAM"));
        Assert.Null(HoursOf("pk:KARACHI"));
    }

    [Fact]
    public void Every_name_is_there_in_English_and_Urdu_and_none_claims_review()
    {
        var texts = Real.Texts;
        Assert.Equal(["en", "ur"], texts.Keys.Order());
        Assert.Equal(texts["en"].Keys.Order(), texts["ur"].Keys.Order());
        Assert.All(texts.Values.SelectMany(t => t.Values), t => Assert.False(t.Reviewed));
        Assert.Equal("طورخم", Real.NameOf("place.torkham", "ur"));
        Assert.Equal("Torkham", Real.NameOf("place.torkham", "xx"));
    }

    [Fact]
    public void The_hash_names_the_bytes_of_base_and_overlays()
    {
        Assert.Equal(Real.Hash, Real.Hash);
        Assert.Equal(64, Real.Hash.Length);
        Assert.NotEqual(Real.Hash, Demo.Hash);
        using var copy = new PackCopy();
        Assert.Equal(Real.Hash, copy.Load().OrThrow().Hash);
        copy.Replace("judging.yaml", "silenceSeconds: 3600", "silenceSeconds: 3601");
        Assert.NotEqual(Real.Hash, copy.Load().OrThrow().Hash);
    }

    [Fact]
    public void An_overlay_needs_the_pack_it_was_made_for()
    {
        var problem = Assert.Single(CorridorPackLoader.Load(Folder("pk-af"), Folder("demo-fee")).Problems);
        Assert.Contains("'demo', which is not loaded", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_said_so()
    {
        var problem = Assert.Single(CorridorPackLoader.Load("/nowhere/at-all").Problems);
        Assert.Equal("/nowhere/at-all: there is no such folder", problem.ToString());
    }
}
