using System.Globalization;
using System.Text.RegularExpressions;

namespace Rahdari.Browser.Tests;

/// <summary>
/// One container from its declaration to its discharge, every step by hand in the browser: five people at two nodes,
/// and a truck on the road between them.
/// </summary>
[Collection(nameof(TwoNodes))]
public sealed partial class JourneyTests(TwoNodes nodes)
{
    const string Karachi = "pk:KARACHI";

    [ChromiumTheory]
    [InlineData("en", false, 1)]
    [InlineData("ur", true, 2)]
    public async Task A_container_goes_from_its_declaration_to_its_discharge(string language, bool scripts, int number)
    {
        await using var officer = await nodes.SignInAsync("officer", Karachi, language, scripts);
        var grn = TwoNodes.Grn(100 + number);
        await RegisterGuaranteeAsync(officer, grn);
        var mrn = await DeclareAsync(language, scripts, number, grn);
        var (page, unit) = ($"/movements/{mrn}", $"/movements/{mrn}/units/1");
        var (seal, lockId, imei) = ($"SIM-{number:D6}", $"801200000{number}", $"35200000000010{number}");
        await ReleaseAsync(officer, mrn);
        await officer.DoAsync($"{unit}/seals", "seals", ("seal", seal), ("class", "high"));
        await officer.DoAsync($"{unit}/devices", "devices", ("device", $"jt600:{lockId}"), ("role", "container"));
        await officer.DoAsync($"{unit}/devices", "devices", ("device", $"teltonika:{imei}"), ("role", "prime-mover"));
        await officer.DoAsync($"{unit}/weights", "weights", ("massGrams", "21000"));
        await using var truck = await Truck.LoadAsync(nodes, lockId, imei);
        await truck.DriveAsync(0);
        await officer.DoAsync(
            $"{unit}/gate-out", "gate-out", ("vehicle", "SIM-2000"), ("driver", "Gul Khan (invented)"));

        await truck.DriveAsync(0.2);
        var before = await KilometreAsync(officer, mrn, past: 0);
        await truck.DriveAsync(0.35);
        Assert.True(await KilometreAsync(officer, mrn, past: before) > before);

        await truck.DriveAsync(Truck.CutAt + 0.02);
        await AnswerAlertAsync(language, scripts, mrn);

        await truck.DriveAsync(1);
        await using (var gate = await nodes.SignInAsync("officer", "pk:TORKHAM", language, scripts))
        {
            await gate.GoToAsync(page);
            await gate.DoAsync($"{unit}/exit", "exit", ("sealSeen", seal), ("condition", "intact"));
        }
        await using (var other = await nodes.SignInAsync("officer", "af:TORKHAM", language, scripts))
        {
            await other.ReloadUntilAsync(page, "[data-event='unit-exited']");
            await other.DoAsync($"{unit}/entry", "entry", ("sealSeen", seal), ("condition", "intact"));
        }
        await officer.ReloadUntilAsync(page, "[data-event='unit-entered']");
        await officer.DoAsync($"{unit}/discharge", "discharge");
        await ReadTimelineAsync(officer, page);
        await GuaranteeIsFreeAsync(officer, grn);
        Assert.Empty(officer.Complaints);
    }

    static async Task RegisterGuaranteeAsync(Visit officer, string grn)
    {
        await officer.GoToAsync("/guarantees");
        await officer.DoAsync(
            "/guarantees", "register-guarantee", ("grn", grn), ("type", "1"), ("limit", "5,000,000.00"),
            ("validUntil", "2029-01-01T00:00"), ("guarantor", "Indus Surety (invented)"),
            ("guarantorRating", "A++"), ("accessCode", "7Q4X"));
        await officer.Page.Locator($"a[href='/guarantees/{grn}']").WaitForAsync();
    }

    /// <summary>The declarant's part: the form, and the guarantee that covers it.</summary>
    async Task<string> DeclareAsync(string language, bool scripts, int number, string grn)
    {
        await using var declarant = await nodes.SignInAsync("declarant", Karachi, language, scripts);
        await declarant.Page.Locator("a[href='/movements/new']").First.ClickAsync();
        await declarant.DoAsync(
            "/movements", "declare", ("localReference", $"AGENT-{number}"), ("officeOfDeparture", Karachi),
            ("routeId", "karachi-torkham"), ("holder", "Roshan Trading (invented)"), ("consignor", "بھیجنے والا"),
            ("consignee", "Receiver (invented)"), ("carrier", "Indus Road (invented)"),
            ("units[0].kind", "container"), ("units[0].container", TwoNodes.Container(9000 + number)),
            ("units[0].grossMassGrams", "21000"), ("units[0].vehicle", "SIM-2000"), ("goods[0].hsCode", "1006 30"),
            ("goods[0].description", "چاول"), ("goods[0].value", "1,000,000"), ("goods[0].dutyAtRisk", "250,000.50"));
        var mrn = MrnInPath().Match(declarant.Page.Url).Value;
        Assert.NotEqual("", mrn);
        await declarant.DoAsync(
            $"/movements/{mrn}/guarantee", "guarantee", ("grn", grn), ("accessCode", "7Q4X"));
        Assert.Empty(declarant.Complaints);
        return mrn;
    }

    /// <summary>Selected for control, and controlled where the draw says so.</summary>
    static async Task ReleaseAsync(Visit officer, string mrn)
    {
        await officer.GoToAsync($"/movements/{mrn}");
        await officer.DoAsync($"/movements/{mrn}/selection", "selection");
        if (await officer.Form($"/movements/{mrn}/units/1/seals").IsVisibleAsync()) return;
        await officer.DoAsync(
            $"/movements/{mrn}/units/1/examinations", "examinations", ("kind", "40"), ("result", "A1"));
    }

    /// <summary>How far along its route the movement's own page says the unit is, in metres, and the corridor's page in
    /// kilometres, once both say more than <paramref name="past"/> kilometres.</summary>
    static async Task<int> KilometreAsync(Visit visit, string mrn, int past)
    {
        var read = await TwoNodes.UntilAsync(
            async () =>
            {
                await visit.GoToAsync("/corridor");
                var shown = visit.Page.Locator($"[data-unit='{mrn}/1'] .number");
                if (await shown.CountAsync() == 0) return null;
                var digits = Whole().Match(await shown.First.InnerTextAsync()).Value;
                return int.Parse(digits, CultureInfo.InvariantCulture) > past ? digits : null;
            }, $"{mrn} past kilometre {past} on the corridor's page");
        await TwoNodes.UntilAsync(
            async () =>
            {
                await visit.GoToAsync($"/movements/{mrn}");
                var shown = visit.Page.Locator($"[data-unit='{mrn}/1'] progress");
                return await shown.CountAsync() > 0
                    && double.Parse((await shown.First.GetAttributeAsync("value"))!, CultureInfo.InvariantCulture)
                        > past * 1000 ? shown : null;
            }, $"{mrn} past kilometre {past} on its own page");
        return int.Parse(read, CultureInfo.InvariantCulture);
    }

    /// <summary>The control room sees the cut rope, says so, looks into it and says what it was.</summary>
    async Task AnswerAlertAsync(string language, bool scripts, string mrn)
    {
        await using var watch = await nodes.SignInAsync("control-room", nodes.ControlRoom, language, scripts);
        var kind = watch.Text("alert.kind.rope-cut");
        var alert = $"main section:has(a[href='/movements/{mrn}#unit-1']):has-text('{kind}')";
        await watch.ReloadUntilAsync("/alerts", alert);
        var action = await watch.Page.Locator($"{alert} form[action$='/acknowledge']").GetAttributeAsync("action");
        var id = action!.Split('/')[2];
        await watch.DoAsync(action, "acknowledge");
        await watch.DoAsync(
            $"/alerts/{id}/resolve", "resolve", ("finding", "confirmed"), ("note", "رسی بدل دی گئی"));
        await watch.GoToAsync("/alerts");
        Assert.Equal(0, await watch.Page.Locator($"[id='alert-{id}']").CountAsync());
        await watch.GoToAsync("/alerts?state=all");
        var resolved = await watch.Page.Locator($"main section:has([id='alert-{id}'])").InnerTextAsync();
        Assert.Contains(watch.Text("alert.state.resolved"), resolved, StringComparison.Ordinal);
        Assert.Contains(watch.Text("choice.finding.confirmed"), resolved, StringComparison.Ordinal);
        Assert.Empty(watch.Complaints);
    }

    static async Task ReadTimelineAsync(Visit officer, string page)
    {
        await officer.GoToAsync(page);
        string[] story =
        [
            "declaration-accepted", "guarantee-reserved", "selection-made", "seal-fitted", "device-fitted",
            "device-fitted", "unit-weighed", "unit-gated-out", "unit-exited", "unit-entered", "unit-discharged",
        ];
        var rows = officer.Page.Locator("[data-event]");
        var told = (await rows.EvaluateAllAsync<string[]>("rows => rows.map(r => r.dataset.event)"))
            .Where(story.Contains).ToArray();
        Assert.Equal(story, told);
        var sides = await rows.EvaluateAllAsync<string[]>(
            "rows => rows.filter(r => r.dataset.event === 'unit-entered').map(r => r.innerText)");
        Assert.Contains("af:TORKHAM", Assert.Single(sides), StringComparison.Ordinal);
        Assert.Contains(officer.Text("standing.opened"), sides[0], StringComparison.Ordinal);
        var unit = await officer.Page.Locator("#unit-1").InnerTextAsync();
        Assert.Contains(officer.Text("phase.discharged"), unit, StringComparison.Ordinal);
        Assert.Contains(officer.Text("grade.e4"), unit, StringComparison.Ordinal);
        Assert.Equal(0, await officer.Page.Locator("#unit-1 .state.bad").CountAsync());
    }

    static async Task GuaranteeIsFreeAsync(Visit officer, string grn)
    {
        await officer.GoToAsync($"/guarantees/{grn}");
        var amounts = await officer.Page.Locator("main dl").EvaluateAsync<string[]>(
            "list => [...list.querySelectorAll('dt')].map(t => t.innerText + '=' + t.nextElementSibling.innerText)");
        string Of(string key) => amounts.Single(a => a.StartsWith(officer.Text(key) + "=", StringComparison.Ordinal))
            .Split('=')[1];
        Assert.Equal(Of("field.limit"), Of("guarantee.free"));
        Assert.Contains("5,000,000.00 PKR", Of("field.limit"), StringComparison.Ordinal);
        Assert.Contains(
            officer.Text("lock.credited"), await officer.Page.Locator("main table").InnerTextAsync(),
            StringComparison.Ordinal);
    }

    [GeneratedRegex("(?<=/movements/)[0-9A-Z]{18}")]
    private static partial Regex MrnInPath();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Whole();
}
