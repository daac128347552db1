using System.Text.Json;

namespace Rahdari.Simulator.Officiating;

/// <summary>A crossing is shut for some hours by a signed notice, and opened again.</summary>
static class ClosureScript
{
    public static async Task RunAsync(World world, ClosurePlan plan, CancellationToken cancel)
    {
        using var pace = new Pace(world.Clock);
        await pace.UntilAsync(plan.From, cancel).ConfigureAwait(false);
        var notice = await FindAsync(world, plan, cancel).ConfigureAwait(false);
        if (notice?.Text("reopenedAt") is not null) return;
        var noticeId = notice?.Text("noticeId") ?? await CloseAsync(world, plan, cancel).ConfigureAwait(false);
        if (noticeId is null) return;
        await pace.UntilAsync(plan.Until, cancel).ConfigureAwait(false);
        await world.PostAsync(
            OfficerRoles.Officer, plan.Office, "reopen-crossing", null,
            $"/api/v1/closures/{Uri.EscapeDataString(noticeId)}/reopening", new { }, cancel).ConfigureAwait(false);
    }

    static async Task<string?> CloseAsync(World world, ClosurePlan plan, CancellationToken cancel)
    {
        var answer = await world.PostAsync(
            OfficerRoles.Officer, plan.Office, "close-crossing", null, "/api/v1/closures",
            new { plan.Crossing, Until = plan.Announced, plan.Reason }, cancel).ConfigureAwait(false);
        return answer.IsSuccess ? answer.Text("noticeId") : null;
    }

    /// <summary>The notice of an earlier run, known by its reason.</summary>
    static async Task<JsonElement?> FindAsync(World world, ClosurePlan plan, CancellationToken cancel)
    {
        var answer = await world.ClientOf(plan.Office).GetAsync(
            world.KeyOf(OfficerRoles.Officer, plan.Office), "/api/v1/closures", cancel).ConfigureAwait(false);
        foreach (var item in answer.List("items"))
            if (item.Text("crossing") == plan.Crossing && item.Text("reason") == plan.Reason) return item;
        return null;
    }
}
