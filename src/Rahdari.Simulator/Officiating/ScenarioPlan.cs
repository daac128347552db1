using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Officiating;

/// <summary>Amounts in minor units of the rules' currency.</summary>
sealed record GoodsPlan(string HsCode, string Description, long ValueMinor, long DutyMinor);

/// <summary>A revolving insurance guarantee of one holder.</summary>
sealed record GuaranteePlan(
    string Grn, string Holder, string Guarantor, string AccessCode, long LimitMinor, DateTimeOffset ValidUntil,
    string Office, DateTimeOffset RegisterAt);

sealed record DevicePlan(string Device, string Vendor, string Model)
{
    public static DevicePlan Lock(string number) => new($"jt600:{number}", Invented.LockVendor, "R-7");

    public static DevicePlan Tracker(string imei) => new($"teltonika:{imei}", Invented.TrackerVendor, "T-40");
}

/// <summary>Devices that an office of departure receives.</summary>
sealed record StockPlan(string Office, IReadOnlyList<DevicePlan> Devices, DateTimeOffset ReceiveAt);

/// <summary>The crossing is shut for some hours by the side that is left there.</summary>
/// <param name="Until">When it is opened again, before the end that was announced.</param>
sealed record ClosurePlan(
    string Crossing, string Office, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset Announced, string Reason);

/// <param name="EnterAt">When the other side's officer looks at it; null where nobody ever will.</param>
sealed record UnitSchedule(
    DateTimeOffset ExamineAt, DateTimeOffset SealAt, DateTimeOffset FitAt, DateTimeOffset WeighAt,
    DateTimeOffset GateOutAt, DateTimeOffset ExitAt, DateTimeOffset? EnterAt);

/// <param name="Number">Counts from 1 within the declaration.</param>
/// <param name="Truck">Counts from 0 over the whole scenario.</param>
/// <param name="Truth">What really happens to it, named by its local reference.</param>
sealed record UnitPlan(
    int Number, int Truck, string LocalUnit, string Container, long GrossMassGrams, long ExitMassGrams, string Plate,
    string Driver, string Seal, string Lock, string Imei, Incident Incident, TruckJourney Journey,
    Conditions Conditions, UnitSchedule Schedule, IReadOnlyList<TruthItem> Truth, ulong Seed)
{
    /// <summary>The devices are taken off here at the latest; a discharge takes them off before.</summary>
    public DateTimeOffset DevicesOff => Journey.Stages[^1].Until;

    public IEnumerable<PlannedReport> Reports(DeviceRole role) => new ReportPlan(
        Journey, Conditions, role, Schedule.FitAt, DevicesOff, Seed ^ Dice.Hash(role.ToString())).Reports();
}

sealed record DeclarationPlan(
    string LocalReference, SimulatedRoute Route, string OfficeOfDeparture, string OfficeOfExit, string OfficeOfEntry,
    string Holder, string Consignor, string Consignee, string Carrier, string Grn, IReadOnlyList<GoodsPlan> Goods,
    IReadOnlyList<UnitPlan> Units, DateTimeOffset DeclareAt, DateTimeOffset GuaranteeAt, DateTimeOffset SelectAt);

/// <summary>Everything that is going to happen, as far as the simulated world decides it.</summary>
sealed record ScenarioPlan(
    IReadOnlyList<DeclarationPlan> Declarations, IReadOnlyList<GuaranteePlan> Guarantees,
    IReadOnlyList<StockPlan> Stocks, ClosurePlan? Closure);
