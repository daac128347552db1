using System.Text.Json;

namespace Rahdari.Simulator.Officiating;

/// <summary>A movement as a node shows it: what an officer looks up before doing the next step.</summary>
sealed record MovementView(
    string Mrn, string LocalReference, IReadOnlyList<UnitView> Units, IReadOnlyList<HistoryLine> History)
{
    public static MovementView Of(JsonElement movement) => new(
        movement.Text("mrn") ?? "", movement.Text("localReference") ?? "",
        [
            .. movement.List("units").Select(u => new UnitView(
                u.Text("unit") ?? "", u.Text("state") ?? "", u.Text("lane"), u.Text("grade"), u.Flag("unreconciled"))),
        ],
        [
            .. movement.List("history").Select(h => new HistoryLine(
                h.Text("type") ?? "", h.Text("administration") ?? "", h.Text("office") ?? "", h.Text("unit"))),
        ]);

    public UnitView? Find(string unit) => Units.FirstOrDefault(u => u.Unit == unit);

    /// <summary>How often an administration has recorded something, of one unit or of all.</summary>
    public int Count(string type, string administration, string? unit = null, string? office = null) =>
        History.Count(h => h.Type == type && h.Administration == administration
            && (unit is null || h.Unit == unit) && (office is null || h.Office == office));

    public bool Has(string type, string administration, string? unit = null, string? office = null) =>
        Count(type, administration, unit, office) > 0;
}

sealed record UnitView(string Unit, string State, string? Lane, string? Grade, bool Unreconciled);

/// <param name="Unit">MRN/n; null for the movement as a whole.</param>
sealed record HistoryLine(string Type, string Administration, string Office, string? Unit);
