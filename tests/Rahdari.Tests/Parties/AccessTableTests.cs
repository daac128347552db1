using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Tests.EndToEnd;
using Rahdari.Tests.Hosting;

namespace Rahdari.Tests.Parties;

/// <summary>Every cell of the access table, asked for at a whole node: route by role by whose movement.</summary>
public sealed class AccessTableTests : IAsyncLifetime
{
    /// <summary>
    /// What is expected, written down apart from the table. Columns: administrator, declarant, officer, control room,
    /// auditor, insurer, peer, and nobody (not signed in). <c>*</c> may, <c>.</c> may not; where the route names a
    /// movement, <c>o</c> may reach those declared here only and <c>x</c> those of the other side only.
    /// <c>both</c> stands for the page's route and the API's of the same path; <c>vend</c> for what a vendor's platform
    /// may, which may nothing else that is not open to everybody.
    /// </summary>
    const string Expected =
        """
        page GET  /healthz                                 * * * * * * * *
        page GET  /readyz                                  * * * * * * * *
        page GET  /metrics                                 * * * * * * * *
        page GET  /openapi/{documentName}.json             * * * * * * * *
        page GET  /log/{**path}                            * * * * * * * *
        page GET  /log                                     * * * * * * * *
        page GET  /assets/{**path}                         * * * * * * * *
        page GET  /language/{tag}                          * * * * * * * *
        page GET  /sign-in                                 * * * * * * * *
        page POST /sign-in                                 * * * * * * * *
        page POST /sign-out                                * * * * * * * *
        both GET  /measures                                * * * * * * * *
        both GET  /corridor                                * * * * * . . .
        api  GET  /clock                                   * * * * * * * .
        api  GET  /positions                               * . * * * . . .
        api  GET  /live                                    * . * * * . . .
        api  GET  /entries/{origin}                        . . . . * . * .
        both GET  /guarantees                              * * * . * * . .
        both GET  /guarantees/{grn}                        * * * . * * . .
        both POST /guarantees                              . . * . . * . .
        both POST /guarantees/{grn}/calls                  . . * . . . . .
        page GET  /                                        * * * * * * . .
        api  GET  /movements                               * * * * * . . .
        page GET  /movements/new                           . * * . . . . .
        both POST /movements                               . * * . . . . .
        both GET  /movements/{mrn}                         * o * * * . . .
        both POST /movements/{mrn}/guarantee               . o o . . . . .
        both POST /movements/{mrn}/selection               . . o . . . . .
        both POST /movements/{mrn}/units/{n}/examinations  . . * . . . . .
        both POST /movements/{mrn}/units/{n}/seals         . . * . . . . .
        both POST /movements/{mrn}/units/{n}/devices       . . * . . . . .
        both POST /movements/{mrn}/units/{n}/detachments   . . * . . . . .
        both POST /movements/{mrn}/units/{n}/commands      . . * * . . . .
        both POST /movements/{mrn}/units/{n}/commands/{id}/approval . . * . . . . .
        both POST /movements/{mrn}/units/{n}/weights       . . * . . . . .
        both POST /movements/{mrn}/units/{n}/gate-out      . . o . . . . .
        both POST /movements/{mrn}/units/{n}/exit          . . o . . . . .
        both POST /movements/{mrn}/units/{n}/entry         . . x . . . . .
        both POST /movements/{mrn}/units/{n}/turn-back     . . * . . . . .
        both POST /movements/{mrn}/units/{n}/discharge     . . o . . . . .
        api  GET  /movements/{mrn}/openings                * . * * * . . .
        api  GET  /movements/{mrn}/units/{n}/segments      * . * * * . . .
        api  GET  /movements/{mrn}/units/{n}/segments/{id} * . * * * . . .
        api  GET  /movements/{mrn}/units/{n}/segments/{id}/records/{row} * . * * * . . .
        both POST /movements/{mrn}/units/{n}/transcription . . o . . . . .
        both POST /movements/{mrn}/corrections             . . * . . . . .
        both POST /movements/{mrn}/erasure                 * . . . . . . .
        both GET  /alerts                                  * . * * * . . .
        both POST /alerts/{id}/acknowledge                 . . * * . . . .
        both POST /alerts/{id}/resolve                     . . * * . . . .
        both GET  /stock                                   * . * * * . . .
        both GET  /stock/vendors                           * . * * * . . .
        api  GET  /stock/devices                           * . * * * . . .
        both POST /stock/devices                           . . * . . . . .
        both GET  /stock/devices/{device}                  * . * * * . . .
        both POST /stock/devices/{device}/card             . . * . . . . .
        both POST /stock/devices/{device}/booking          . . * . . . . .
        both POST /stock/devices/{device}/booking-release  . . * . . . . .
        both POST /stock/devices/{device}/return           . . * . . . . .
        both POST /stock/devices/{device}/transfer         . . * . . . . .
        both POST /stock/devices/{device}/repair           . . * . . . . .
        both POST /stock/devices/{device}/loss             . . * . . . . .
        both POST /stock/devices/{device}/retirement       . . * . . . . .
        api  GET  /devices/{device}/quarantine             * . * * * . . .
        both POST /devices/{device}/quarantine-end         . . * . . . . .
        api  GET  /journal/held                            * . . * * . . .
        both GET  /relay                                   * . * * * . . .
        vend POST /relay/frames                            . . . . . . . .
        vend POST /relay/counts                            . . . . . . . .
        both GET  /closures                                * * * * * . * .
        both POST /closures                                . . * . . . . .
        both POST /closures/{noticeId}/reopening           . . * . . . . .
        """;

    static readonly Role[] Columns =
    [
        Role.Administrator, Role.Declarant, Role.Officer, Role.ControlRoom, Role.Auditor, Role.Insurer, Role.Peer,
        Role.Vendor,
    ];

    static readonly PartyId Firm = new("sample-locks");

    static readonly string OwnMrn = MrnOf("PK"), OtherMrn = MrnOf("AF");

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-access-").FullName;
    readonly Dictionary<Role, string> keys = [];
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    NodeHost node = null!;

    sealed record Cells(string Method, string Route, IReadOnlyList<char> Marks)
    {
        public bool NamesMovement => Route.Contains("{mrn}", StringComparison.Ordinal);
        public bool IsApi => Route.StartsWith("/api/", StringComparison.Ordinal);
        public bool NobodyMay => Marks[^1] == '.';
    }

    public async Task InitializeAsync()
    {
        var port = RahdariProcess.FreePorts();
        var demo = new DemoSettings(
            1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), port + 10, false, false);
        http.BaseAddress = demo.Url;
        node = await NodeHost.StartAsync(
            demo.Node("pk", 0) with
            {
                DevicePorts = null, Vendors = [new(Firm, null, ["jt600:*"], default)],
            }, DemoRun.LoadPack("default"),
            new SettableClock(DemoSettings.Start), TimeProvider.System, new NodeOutput(TextWriter.Null), default);
        var register = node.Services.GetRequiredService<KeyRegister>();
        foreach (var role in Columns)
        {
            var office = OfficeId.Parse(role == Role.Peer ? "af:TORKHAM" : "pk:KARACHI");
            var secret = new byte[KeyRegister.SecretBytes];
            secret[0] = (byte)role;
            keys[role] = await register.IssueAsync(secret, office, role, "test", default,
                role == Role.Vendor ? Firm : null);
        }
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Every_endpoint_of_a_node_is_in_the_matrix_and_every_line_of_the_matrix_is_an_endpoint()
    {
        Assert.Equal(Columns.Order(), Enum.GetValues<Role>().Order());
        var mapped = node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(m => $"{m} {AccessMiddleware.RouteOf(e)}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal),
            Matrix().Select(c => $"{c.Method} {c.Route}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_gives_what_the_matrix_says_and_nothing_else()
    {
        Assert.Equal(
            Matrix().Select(c => $"{c.Method} {c.Route}").Order(StringComparer.Ordinal),
            AccessTable.Rows.Select(r => $"{r.Method} {r.Route}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_cell_lets_in_or_turns_away_as_the_matrix_says()
    {
        var wrong = new List<string>();
        var asked = 0;
        foreach (var cells in Matrix())
            foreach (var (role, own) in Askers(cells))
            {
                asked++;
                var (said, expected) = (await AskAsync(cells, role, own), Expect(cells, role, own));
                if (said != expected)
                    wrong.Add($"{cells.Method} {cells.Route} {role?.ToString() ?? "nobody"} "
                        + $"{(own ? "own" : "other")}: {said} instead of {expected}");
            }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(asked > Matrix().Count * (Columns.Length + 1), $"{asked} cells");
    }

    static IReadOnlyList<Cells> Matrix()
    {
        var rows = new List<Cells>();
        foreach (var line in Expected.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var written = parts[3..].Select(p => p.Single()).ToArray();
            Assert.Equal(Columns.Length, written.Length);
            var vendor = parts[0] == "vend" || written.All(m => m == '*') ? '*' : '.';
            char[] marks = [.. written[..^1], vendor, written[^1]];
            if (parts[0] is "page" or "both") rows.Add(new(parts[1], parts[2], marks));
            if (parts[0] is "api" or "both" or "vend") rows.Add(new(parts[1], $"/api/v1{parts[2]}", marks));
        }
        return rows;
    }

    /// <summary>Every role and nobody; each twice where the route names a movement.</summary>
    static IEnumerable<(Role? Role, bool Own)> Askers(Cells cells)
    {
        foreach (var role in Columns.Select(c => (Role?)c).Append(null))
        {
            yield return (role, true);
            if (cells.NamesMovement) yield return (role, false);
        }
    }

    /// <summary><c>in</c>, or how somebody is turned away: for programs the stable code, for people the page.</summary>
    static string Expect(Cells cells, Role? role, bool own)
    {
        var mark = role is { } column ? cells.Marks[Array.IndexOf(Columns, column)] : cells.Marks[^1];
        if (mark == '*' || (mark == 'o' && own) || (mark == 'x' && !own)) return "in";
        if (role is null)
            return cells.IsApi ? "401 not-signed-in" : cells.Method == "GET" ? "303 to sign in" : "401 to sign in";
        var code = mark == '.' ? "role-not-allowed" : own ? "other-administration-only" : "own-administration-only";
        return cells.IsApi ? $"403 {code}" : "403 page";
    }

    async Task<string> AskAsync(Cells cells, Role? role, bool own)
    {
        var path = cells.Route.Replace("{mrn}", own ? OwnMrn : OtherMrn, StringComparison.Ordinal)
            .Replace("{n}", "1", StringComparison.Ordinal).Replace("{**path}", "nothing", StringComparison.Ordinal)
            .Replace("{documentName}", "v1", StringComparison.Ordinal);
        path = path.Replace('{', 'x').Replace('}', 'x');
        using var request = new HttpRequestMessage(new HttpMethod(cells.Method), path);
        if (role is { } known) request.Headers.Authorization = new("Bearer", keys[known]);
        if (cells.Method == "POST" && cells.IsApi)
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        else if (cells.Method == "POST") request.Content = new FormUrlEncodedContent([]);
        // What streams for ever has answered with its head.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = (int)answer.StatusCode;
        if (answer.StatusCode == HttpStatusCode.SeeOther
            && answer.Headers.Location!.OriginalString.StartsWith("/sign-in?next=", StringComparison.Ordinal))
            return "303 to sign in";
        if (status is not (401 or 403)) return status == 500 ? "500" : "in";
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (type == "application/problem+json")
            return $"{status} {JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]}";
        return status == 401 ? "401 to sign in" : type == "text/html" ? "403 page" : $"{status} {type}";
    }

    static string MrnOf(string country)
    {
        var seventeen = $"26{country}ACCESS000001J";
        return seventeen + CheckDigit.Of(seventeen).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
