using System.Text.Json.Nodes;
using Rahdari.Crossings;
using Rahdari.Guarantees;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Declaring;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Transparency;

/// <summary>Public facts of a folded subject. None of them depends on a sealed field.</summary>
static class GoldenState
{
    public static JsonNode? Of(string subject, IReadOnlyList<Recorded> events) => subject.Split(':')[0] switch
    {
        "node" or "track" or "relay" => null,
        "guarantee" => Of(Fold<GuaranteeAccounts>(events).Of(new AdministrationId("pk"))),
        "crossing" => Of(Fold<CrossingState>(events)),
        "device" => new JsonObject { ["unit"] = Fold<DeviceHolder>(events).Unit?.ToString() },
        "alert" => Of(Fold<AlertState>(events)),
        "reference" => new JsonObject { ["mrn"] = Fold<ReferenceUse>(events).Mrn?.ToString() },
        _ => Of(Fold<MovementState>(events)),
    };

    static T Fold<T>(IReadOnlyList<Recorded> events) where T : IFold<T> =>
        events.Aggregate(T.Empty, (state, e) => state.Apply(e));

    static JsonObject? Of(GuaranteeAccount? account) => account is null ? null : new()
    {
        ["free"] = account.Free.Minor,
        ["locked"] = account.Locked.Minor,
        ["called"] = account.Called.Minor,
        ["limit"] = account.Limit.Minor,
        ["misfits"] = account.Misfits,
    };

    static JsonObject Of(CrossingState crossing) => new()
    {
        ["closures"] = new JsonArray([.. crossing.Closures.Select(c => new JsonObject
        {
            ["notice"] = c.NoticeId, ["from"] = Time(c.From), ["end"] = Time(c.End),
        })]),
    };

    static JsonObject Of(AlertState alert) => new()
    {
        ["status"] = Slug.Of(alert.Status),
        ["kind"] = alert.Raised is { } raised ? Slug.Of(raised.Kind) : null,
        ["from"] = Time(alert.From),
        ["until"] = Time(alert.Until),
        ["late"] = alert.Late,
        ["finding"] = alert.Finding is { } finding ? Slug.Of(finding) : null,
    };

    static JsonObject Of(MovementState movement) => new()
    {
        ["route"] = movement.Declaration?.RouteId,
        ["fee"] = movement.Fee?.Amount.Minor,
        ["guarantee"] = movement.Guarantee?.ToString(),
        ["versions"] = new JsonObject(
            movement.Versions.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
        ["units"] = new JsonArray([.. movement.Units.Values.Select(Of)]),
    };

    static JsonObject Of(UnitState unit) => new()
    {
        ["n"] = unit.Number,
        ["phase"] = Slug.Of(unit.Phase),
        ["lane"] = unit.Selection is { } selection ? Slug.Of(selection.Lane) : null,
        ["grade"] = unit.Grade.ToString(),
        ["cover"] = unit.Cover?.Minor,
        ["timeLimit"] = Time(unit.TimeLimit),
        ["seals"] = unit.Seals.Count,
        ["liveDevices"] = unit.LiveDevices.Count(),
        ["examinations"] = unit.Examinations.Count,
        ["weights"] = unit.Weights.Count,
        ["corrected"] = unit.Corrected.Count,
        ["irregularities"] = string.Join(' ', unit.Irregularities.Select(i => i.Code)),
    };

    static string? Time(DateTimeOffset? time) => time?.ToRfc3339();
}
