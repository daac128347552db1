using System.Text.RegularExpressions;

namespace Rahdari.Browser.Tests;

/// <summary>A form is not lost because its session is.</summary>
[Collection(nameof(TwoNodes))]
public sealed class KeptFormTests(TwoNodes nodes)
{
    [ChromiumTheory]
    [InlineData("en", false)]
    [InlineData("ur", true)]
    public async Task A_declaration_filled_while_the_session_ended_comes_back_filled_after_signing_in(
        string language, bool scripts)
    {
        var user = nodes.UserOf("declarant", "pk:KARACHI");
        await using var declarant = await nodes.SignInAsync("declarant", "pk:KARACHI", language, scripts);
        await declarant.GoToAsync("/movements/new");
        (string Name, string Value)[] typed =
        [
            ("localReference", $"KEPT-{language}"), ("officeOfDeparture", "pk:KARACHI"),
            ("routeId", "karachi-torkham"), ("holder", "رحمان اینڈ سنز"), ("consignor", "Sender <b>& Co</b>"),
            ("consignee", "Receiver (invented)"), ("carrier", "Indus Road (invented)"),
            ("units[0].kind", "container"), ("units[0].container", TwoNodes.Container(language == "en" ? 7001 : 7002)),
            ("units[0].grossMassGrams", "21000.5"), ("units[0].vehicle", "SIM-7000"), ("goods[0].hsCode", "100630"),
            ("goods[0].description", "چاول"), ("goods[0].value", "1000"), ("goods[0].dutyAtRisk", "250"),
        ];
        nodes.EndSessions();
        var turned = await declarant.SubmitAsync("/movements", typed);
        Assert.Equal(401, turned.Status);
        Assert.Contains(
            declarant.Text("sign-in.form-kept"), await declarant.Page.Locator("main [role=status]").InnerTextAsync(),
            StringComparison.Ordinal);

        await declarant.SubmitAsync("/sign-in", ("name", user.User), ("password", user.Password));

        Assert.EndsWith("/movements/new?kept=1", declarant.Page.Url, StringComparison.Ordinal);
        Assert.Contains(
            declarant.Text("form.kept"), await declarant.Page.Locator("main [role=status]").InnerTextAsync(),
            StringComparison.Ordinal);
        foreach (var (name, value) in typed)
            Assert.Equal(
                value, await declarant.Form("/movements").Locator($"[name='{name}']").InputValueAsync());
        await declarant.DoAsync("/movements", "declare");
        Assert.Matches(new Regex("/movements/[0-9A-Z]{18}"), declarant.Page.Url);
    }
}
