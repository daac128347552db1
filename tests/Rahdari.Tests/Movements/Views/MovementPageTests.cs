using System.Net;
using Rahdari.Federation;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements.Views;

public sealed class MovementPageTests : IAsyncLifetime
{
    static readonly string Digest = new('b', 64);

    ApiNode node = null!;
    string mrn = "";

    public async Task InitializeAsync()
    {
        node = await PageNode.StartAsync();
        mrn = (await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration))
            .Body!["mrn"]!.GetValue<string>();
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Open_alerts_come_first_with_their_sentence_and_the_form_that_is_next()
    {
        await node.AlertAsync("a-1", mrn, 1, "silence", "warning", "acknowledged");
        await node.AlertAsync("a-2", mrn, 2, "silence", "critical", "raised");
        await node.AlertAsync("a-3", mrn, 2, "silence", "notice", "resolved");
        var page = await node.PageAsync($"/movements/{mrn}", Scene.Karachi);
        Assert.Equal(["alert-a-2", "alert-a-1"], page.QuerySelectorAll("#alerts h3").Select(h => h.Id));
        Assert.Contains("The device has not been heard for 45 minutes (device jt600:8000620011).",
            page.Texts("#alerts article p")[0]);
        Assert.Equal(["/alerts/a-2/acknowledge", "/alerts/a-1/resolve"],
            page.QuerySelectorAll("#alerts form").Select(f => f.GetAttribute("action")));
        Assert.Single(page.QuerySelectorAll("#alerts details li"));
        var auditor = await node.PageAsync($"/movements/{mrn}", Scene.Karachi, Role.Auditor);
        Assert.Empty(auditor.QuerySelectorAll("#alerts form"));
        Assert.Equal(2, auditor.QuerySelectorAll("#alerts article").Length);
    }

    [Fact]
    public async Task An_opening_that_an_office_recorded_stands_with_office_officer_and_act()
    {
        await node.RunAsync(
            """
            insert into authorised_opening values ('o-1', 'pk', @mrn, 1, 'jt600:8000620011', 'unlocked', 1, 'e-1',
                'unit-examined', 'pk:TORKHAM', 'o-7', 2, 'authorised')
            """, new { mrn });
        var page = await node.PageAsync($"/movements/{mrn}", Scene.Karachi);
        var opening = Assert.Single(page.QuerySelectorAll("#alerts [data-opening]"));
        Assert.Equal("authorised", opening.GetAttribute("data-opening"));
        foreach (var said in new[] { "pk:TORKHAM", "o-7", "jt600:8000620011", "Examined" })
            Assert.Contains(said, opening.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_stand_with_their_numbers_digests_and_place_in_the_log()
    {
        await node.Created($"/api/v1/movements/{mrn}/units/1/examinations", Scene.Karachi,
            $$"""{"kind":"30","result":"A1","imageSha256":"{{Digest}}"}""");
        await node.Created($"/api/v1/movements/{mrn}/units/1/transcription", Scene.Karachi,
            """{"office":"af:TORKHAM","paper":"T1-77","dated":"2026-03-01T10:00:00Z"}""");
        var first = (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["history"]![0]!["eventId"]!
            .GetValue<string>();
        await node.RunAsync("insert into log_entry values ('o', 7, @id)", new { id = first });
        var before = await node.PageAsync($"/movements/{mrn}", Scene.Karachi);
        Assert.Equal([mrn, "30 A1", Digest, "T1-77"], before.Texts("#documents tbody th bdi"));
        Assert.Equal("recorded #7", before.Texts("#documents tbody td:last-child")[0]);
        Assert.Equal(64, before.Texts("#documents tbody td .digest")[0].Length);
        await node.RunAsync("insert into log_head values ('o', 8, 'root', 'note')");
        var after = await node.PageAsync($"/movements/{mrn}", Scene.Karachi);
        Assert.Equal("published #7", after.Texts("#documents tbody td:last-child")[0]);
    }

    [Fact]
    public async Task Each_command_has_a_form_for_the_officer_who_may_give_it()
    {
        await node.Created($"/api/v1/movements/{mrn}/units/1/weights", Scene.Karachi, """{"massGrams":21000000}""");
        var page = await node.PageAsync($"/movements/{mrn}", Scene.Karachi);
        var forms = page.QuerySelectorAll("form[method=post]").Select(f => f.GetAttribute("action")!)
            .Where(a => a.StartsWith($"/movements/{mrn}/", StringComparison.Ordinal))
            .Select(a => a[$"/movements/{mrn}/".Length..]).Distinct().Order(StringComparer.Ordinal);
        string[] ofUnit =
        [
            "detachments", "devices", "discharge", "examinations", "gate-out", "seals", "transcription", "turn-back",
            "weights",
        ];
        Assert.Equal(
            ["corrections", "guarantee", "selection", .. ofUnit.Select(f => $"units/1/{f}"),
                .. ofUnit.Select(f => $"units/2/{f}")], forms);
        var corrections = page.QuerySelectorAll($"form[action='/movements/{mrn}/corrections'] option[value!='']");
        Assert.Single(corrections);
        Assert.Empty((await node.PageAsync($"/movements/{mrn}", Scene.Karachi, Role.Auditor))
            .QuerySelectorAll($"form[action^='/movements/{mrn}']"));
    }

    [Theory]
    [InlineData("KARACHI", "discharge,gate-out", "selection")]
    [InlineData("TORKHAM", "exit", "")]
    [InlineData("CHAMAN", "exit", "")]
    [InlineData("NOWHERE", "", "")]
    public async Task A_form_stands_on_the_page_for_the_offices_whose_task_it_is(
        string office, string ofUnit, string ofMovement)
    {
        var page = await node.PageAsync($"/movements/{mrn}", new(Scene.Pk, office));
        string[] tasks = ["commands", "discharge", "entry", "exit", "gate-out"];
        Assert.Equal(ofUnit.Split(',', StringSplitOptions.RemoveEmptyEntries),
            tasks.Where(t => page.QuerySelector($"form[action='/movements/{mrn}/units/1/{t}']") is not null));
        Assert.Equal(ofMovement == "selection",
            page.QuerySelector($"form[action='/movements/{mrn}/selection']") is not null);
        // What anybody may come upon, anybody may report.
        foreach (var seen in new[] { "weights", "turn-back", "examinations" })
            Assert.NotNull(page.QuerySelector($"form[action='/movements/{mrn}/units/1/{seen}']"));
    }

    [Fact]
    public async Task What_an_office_is_not_offered_it_records_all_the_same()
    {
        var exit = await node.PostAsync(
            $"/api/v1/movements/{mrn}/units/1/exit", Scene.Karachi, """{"condition":"intact"}""");
        Assert.Equal(HttpStatusCode.Created, exit.Status);
        Assert.Contains("exit-elsewhere", exit.Irregularities);
    }

    [Fact]
    public async Task The_exit_comes_first_at_the_declared_office_and_among_other_reports_at_another()
    {
        var released = await node.ReleaseAsync("EXIT-1");
        await node.Created($"/api/v1/movements/{released}/units/1/gate-out", Scene.Karachi,
            """{"vehicle":"TLA-1","driver":"Gul Khan"}""");
        var form = $"#unit-1 form[action='/movements/{released}/units/1/exit']";
        Assert.Null((await node.PageAsync($"/movements/{released}", Scene.Karachi)).QuerySelector(form));
        var declared = (await node.PageAsync($"/movements/{released}", Scene.Torkham)).QuerySelector(form);
        Assert.Null(declared!.Closest("details"));
        Assert.NotNull((await node.PageAsync($"/movements/{released}", Scene.Chaman))
            .QuerySelector(form)!.Closest("details"));
    }

    [Fact]
    public async Task A_closed_crossing_is_said_on_the_page()
    {
        await node.Created(
            "/api/v1/closures", Scene.Torkham, """{"crossing":"TORKHAM","reason":"slide on the road"}""");
        var page = await node.PageAsync($"/movements/{mrn}", Scene.Karachi);
        Assert.Contains("slide on the road", page.Texts("main > .notice").Single());
    }

    [Theory]
    [InlineData("en", "no fee rule was in force")]
    [InlineData("ur", "اس تاریخ کو فیس کا کوئی قاعدہ نافذ نہ تھا")]
    public async Task The_absence_of_a_fee_rule_is_said_in_the_readers_language(string language, string text)
    {
        var page = await node.PageAsync($"/movements/{mrn}", Scene.Karachi, language: language);
        Assert.Contains(text, page.Texts("dd .hint"));
        Assert.Equal("no-rule-in-force",
            (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["fee"]!["source"]!.GetValue<string>());
    }

    [Fact]
    public void An_event_of_the_other_side_is_opened_when_every_agreed_field_is_at_hand()
    {
        var declared = new DeclarationAccepted(
            Mrn.Parse(mrn), "X", Scene.Karachi, Scene.Torkham, Scene.AfTorkham, "indus", Scene.Af,
            [new(1, UnitKind.BulkTruck, null, new Grams(1), "TLA-1")], "h", "c", "c", "c",
            new Sealed<IReadOnlyList<GoodsItem>>([]));
        Assert.True(AgreedFields.AreOpen(declared));
        Assert.False(AgreedFields.AreOpen(declared with { Carrier = Sealed<string>.Erased }));
        Assert.False(AgreedFields.AreOpen(
            declared with { Units = [declared.Units[0] with { Vehicle = Sealed<string>.Erased }] }));
        var gate = new UnitGatedOut(Mrn.Parse(mrn), 1, null, "V", "D");
        Assert.True(AgreedFields.AreOpen(gate));
        Assert.False(AgreedFields.AreOpen(gate with { Driver = Sealed<string>.Erased }));
        Assert.True(AgreedFields.AreOpen(new FeeAssessed(Mrn.Parse(mrn), null, new(0, "PKR"), "x")));
        Assert.False(AgreedFields.AreOpen(new UnknownEvent("from-the-future", 1, "{}")));
    }

    /// <summary>Which fields are agreed on is written by hand; these are all the sealed fields there are.</summary>
    [Fact]
    public void Every_agreed_field_is_looked_at()
    {
        var sealedFields = typeof(EventBody).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(EventBody)))
            .SelectMany(t => t.GetProperties().Select(p => (Type: t, Property: p)))
            .Where(p => p.Property.PropertyType is { IsGenericType: true } type
                && type.GetGenericTypeDefinition() == typeof(Sealed<>))
            .Select(p => $"{p.Type.Name}.{p.Property.Name}").Order(StringComparer.Ordinal);
        Assert.Equal(
        [
            "AlertResolved.Note", "DeclarationAccepted.Carrier", "DeclarationAccepted.Consignee",
            "DeclarationAccepted.Consignor", "DeclarationAccepted.Goods", "DeclarationAccepted.Holder",
            "GuaranteeRegistered.AccessCodeHash",
            "GuaranteeRegistered.Guarantor", "QuarantineEnded.Reason", "UnitGatedOut.Driver", "UnitGatedOut.Vehicle",
        ], sealedFields);
    }

    [Fact]
    public async Task A_call_of_a_guarantee_has_a_form_with_the_units_it_is_locked_for()
    {
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        await node.Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        var page = await node.PageAsync($"/guarantees/{Scene.Grn}", Scene.Karachi);
        Assert.Equal([$"{mrn}/1", $"{mrn}/2"], page.QuerySelectorAll("form select[name=unit] option[value!='']")
            .Select(o => o.GetAttribute("value")));
        Assert.Empty((await node.PageAsync($"/guarantees/{Scene.Grn}", Scene.Karachi, Role.Auditor))
            .QuerySelectorAll("select[name=unit]"));
    }
}
