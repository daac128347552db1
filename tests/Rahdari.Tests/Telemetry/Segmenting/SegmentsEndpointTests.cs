using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Segmenting;

public sealed class SegmentsEndpointTests
{
    [Fact]
    public async Task A_units_segments_are_told_in_pages_newest_first_and_each_once()
    {
        await using var node = await ApiNode.StartAsync(
            more: s => s.AddSingleton<IProjection, SegmentTables>().AddSingleton<SegmentReading>(),
            map: a => a.MapSegments());
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = await node.DeclareAsync("AGENT-0001");
        for (var i = 0; i < 5; i++)
        {
            // Two at a time.
            if (i % 2 == 0) node.Clock.Advance(TimeSpan.FromMinutes(10));
            await RecordAsync(node, new(new(mrn), 1), i);
        }
        var (path, told, next) = ($"/api/v1/movements/{mrn}/units/1/segments", new List<string>(), "");
        do
        {
            var page = (await node.GetAsync($"{path}?limit=2&cursor={next}")).Body!;
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            told.AddRange(page["items"]!.AsArray().Select(s => s!["id"]!.GetValue<string>()));
            next = page["next"]?.GetValue<string>();
        }
        while (next is not null);

        Assert.Equal(["s-4", "s-2", "s-3", "s-0", "s-1"], told);
        var wrong = await node.GetAsync($"{path}?cursor=here");
        Assert.Equal((HttpStatusCode.BadRequest, "cursor"), (wrong.Status, wrong.Field));
    }

    static Task RecordAsync(ApiNode node, UnitId unit, int i) => node.Desk.DecideAsync(
        new Actor(new OfficerId("o-1"), Scene.Karachi, Role.Officer),
        _ => Task.FromResult(Decision.Accept(new NewEvent(
            OpenSegment.SubjectOf(unit),
            new TrackSegmentRecorded(
                unit.Mrn, unit.Number, "pk-test/live", 10 * i + 1, 10 * i + 9, 3, "", node.Clock.Now, node.Clock.Now,
                null, null, SegmentCause.Alert), $"s-{i}"))), default);
}
