using System.Net;
using Rahdari.Crossings;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Crossings;

public sealed class ClosureTests
{
    static CloseCrossing Notice(string id, DateTimeOffset? from = null, DateTimeOffset? until = null,
        string crossing = "TORKHAM") =>
        new(id, crossing, from, until, "works");

    [Fact]
    public void A_notice_is_given_once_by_each_side_and_ended_by_its_own()
    {
        var scene = new Scene();
        scene.Accept(Notice("n-1"), Scene.Torkham);
        Assert.Equal("already-closed", scene.Refuse(Notice("n-2"), Scene.Torkham).Code);
        scene.Accept(Notice("n-3"), Scene.AfTorkham);
        var state = scene.Fold<CrossingState>(CrossingState.Subject("TORKHAM"));
        Assert.Equal("closure-not-own", Refused(ReopenCrossing.Decide(state, new("n-3"), Scene.Torkham, scene.Now)));
        Assert.Equal("closure-unknown", Refused(ReopenCrossing.Decide(state, new("n-9"), Scene.Torkham, scene.Now)));
        scene.Add(Scene.Torkham, CrossingState.Subject("TORKHAM"),
            new CrossingReopened("n-3", "TORKHAM", Scene.Torkham, scene.Now));
        Assert.Null(scene.Fold<CrossingState>(CrossingState.Subject("TORKHAM")).Find("n-3", Scene.Af)!.ReopenedAt);

        static string Refused(Rahdari.Transparency.Decision decision) =>
            Assert.IsType<Rahdari.Transparency.Decision.Refused>(decision).Why.Code;
    }

    [Fact]
    public void What_is_wrong_with_a_notice_is_named()
    {
        var scene = new Scene();
        Assert.Equal("crossing", scene.Refuse(Notice("n", crossing: "NOWHERE"), Scene.Torkham).Field);
        Assert.Equal("until", scene.Refuse(Notice("n", until: Scene.Start.AddDays(-1)), Scene.Torkham).Field);
        Assert.Equal("from", scene.Refuse(Notice("n", from: Scene.Start.AddDays(-31)), Scene.Torkham).Field);
    }

    [Fact]
    public async Task A_closure_moves_the_time_limit_of_a_unit_under_way_and_its_reopening_ends_that()
    {
        await using var node = await ApiNode.StartAsync();
        var mrn = (await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration))
            .Body!["mrn"]!.GetValue<string>();
        await node.Created($"/api/v1/movements/{mrn}/units/1/gate-out", Scene.Karachi,
            """{"vehicle":"V","driver":"D"}""");
        var before = await LimitAsync();
        var notice =
            (await node.Created("/api/v1/closures", Scene.Torkham, """{"crossing":"TORKHAM","reason":"works"}"""))
            .Body!["noticeId"]!.GetValue<string>();
        node.Clock.Advance(TimeSpan.FromHours(5));
        await node.Created($"/api/v1/closures/{notice}/reopening", Scene.Torkham, "{}");
        node.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(before.AddHours(5).AddMinutes(1), await LimitAsync());

        var item = (await node.GetAsync("/api/v1/closures")).Body!["items"]!.AsArray().Single()!;
        Assert.Equal((notice, "pk", "works"),
            (item["noticeId"]!.GetValue<string>(), item["administration"]!.GetValue<string>(),
                item["reason"]!.GetValue<string>()));
        var again = await node.PostAsync($"/api/v1/closures/{notice}/reopening", Scene.Torkham, "{}");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "closure-ended"), (again.Status, again.Code));

        async Task<DateTimeOffset> LimitAsync()
        {
            var view = DateTimeOffset.Parse(
                (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["units"]![0]!["timeLimit"]!.GetValue<string>());
            var board = (await node.GetAsync("/api/v1/movements"))
                .Body!["items"]![0]!["units"]![0]!["timeLimit"]!.GetValue<string>();
            Assert.Equal(view, DateTimeOffset.Parse(board));
            return view;
        }
    }
}
