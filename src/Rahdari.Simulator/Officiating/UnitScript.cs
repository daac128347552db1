using System.Security.Cryptography;
using System.Text;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Officiating;

/// <summary>One unit from the yard to its discharge, with the officers it meets and the devices it carries.</summary>
/// <param name="stocked">Completes when the office of departure has its devices in the books.</param>
sealed class UnitScript(
    World world, DeclarationPlan declaration, UnitPlan plan, string mrn, Task stocked, Action<Func<Task>> launch)
{
    /// <summary>How often an officer looks whether the other side has said something.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(20);

    /// <summary>The other side's officer answers an exit not yet seen there rather than never.</summary>
    static readonly TimeSpan ExitPatience = TimeSpan.FromHours(24);

    /// <summary>The departure office asks for discharge without the other side's answer from here on.</summary>
    static readonly TimeSpan AnswerPatience = TimeSpan.FromHours(48), FirstRequestUnanswered = TimeSpan.FromHours(6);

    static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(3);

    /// <summary>Twice the wait the rules of any corridor here have; then the unit is an exception.</summary>
    static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(14);

    /// <summary>Refusals that say an earlier run has done the step and never read the answer.</summary>
    static readonly string[] AlreadyDone = ["device-already-fitted", "seal-already-fitted"];

    readonly string unit = $"{mrn}/{plan.Number}";

    string Lock => DevicePlan.Lock(plan.Lock).Device;

    string Tracker => DevicePlan.Tracker(plan.Imei).Device;

    readonly string home = World.AdministrationOf(declaration.OfficeOfDeparture);
    readonly string other = World.AdministrationOf(declaration.OfficeOfEntry);

    public static UnitReport Stopped(UnitPlan plan, string unit, string reason) =>
        new(unit, plan.LocalUnit, Slug(plan.Incident), "stopped", null, false, reason);

    /// <param name="earlier">What was recorded before this run.</param>
    public async Task<UnitReport> RunAsync(MovementView earlier, CancellationToken cancel)
    {
        using var pace = new Pace(world.Clock);
        using var fitted = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            if (earlier.Has("unit-discharged", home, unit)) return Discharged(earlier);
            if (await PrepareAsync(pace, earlier, cancel).ConfigureAwait(false) is { } unready)
                return Stopped(plan, unit, unready);
            StartDevices(fitted.Token);
            if (await SetOutAsync(pace, earlier, cancel).ConfigureAwait(false) is { } held)
                return Stopped(plan, unit, held);
            if (await CrossAsync(pace, earlier, cancel).ConfigureAwait(false) is { } uncrossed)
                return Stopped(plan, unit, uncrossed);
            var report = await DischargeAsync(pace, cancel).ConfigureAwait(false);
            if (report.IsDischarged) await ReturnAsync(cancel).ConfigureAwait(false);
            return report;
        }
        finally
        {
            // Whatever became of the unit, its devices are taken off.
            await fitted.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Examined where the lane asks for it, sealed, both devices fitted. Null where all is done.</summary>
    async Task<string?> PrepareAsync(Pace pace, MovementView earlier, CancellationToken cancel)
    {
        var departure = declaration.OfficeOfDeparture;
        if (earlier.Find(unit)?.Lane is "scan" or "examination" && !earlier.Has("unit-examined", home, unit))
        {
            await pace.UntilAsync(plan.Schedule.ExamineAt, cancel).ConfigureAwait(false);
            var scan = earlier.Find(unit)!.Lane == "scan";
            var image = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan.Seal)));
            var body = new { Kind = scan ? "30" : "40", Result = "A1", ImageSha256 = scan ? image : null };
            if (await RefusedAsync(departure, "examinations", body, cancel).ConfigureAwait(false) is { } no) return no;
        }
        await pace.UntilAsync(plan.Schedule.SealAt, cancel).ConfigureAwait(false);
        if (!earlier.Has("seal-fitted", home, unit))
        {
            var body = new { plan.Seal, Class = "high" };
            if (await RefusedAsync(departure, "seals", body, cancel).ConfigureAwait(false) is { } no) return no;
        }
        await pace.UntilAsync(plan.Schedule.FitAt, cancel).ConfigureAwait(false);
        if (earlier.Count("device-fitted", home, unit) >= 2) return null;
        // The clock stays held: receiving is due hours earlier, so it needs no more of it.
        await stocked.WaitAsync(cancel).ConfigureAwait(false);
        var fitted = new { Device = Lock, Role = "container" };
        if (await RefusedAsync(departure, "devices", fitted, cancel, fitted.Role).ConfigureAwait(false) is { } unfit)
            return unfit;
        fitted = new { Device = Tracker, Role = "prime-mover" };
        return await RefusedAsync(departure, "devices", fitted, cancel, fitted.Role).ConfigureAwait(false);
    }

    /// <summary>After the discharge the devices lie at the office of exit, where they were taken off.</summary>
    async Task ReturnAsync(CancellationToken cancel)
    {
        foreach (var device in (string[])[Lock, Tracker])
            await world.PostAsync(
                OfficerRoles.Officer, declaration.OfficeOfExit, $"return {device}", unit,
                $"/api/v1/stock/devices/{Uri.EscapeDataString(device)}/return", new { DeviceCondition = "working" },
                cancel).ConfigureAwait(false);
    }

    void StartDevices(CancellationToken fitted)
    {
        var office = declaration.OfficeOfDeparture;
        var seal = world.Device(new Jt600Wire(plan.Lock), plan.Lock, office);
        var tracker = world.Device(new TeltonikaWire(plan.Imei), plan.Imei, office);
        Start(seal, DeviceRole.Container);
        Start(tracker, DeviceRole.PrimeMover);

        void Start(SimulatedDevice device, DeviceRole role) => launch(async () =>
        {
            try
            {
                await device.RunAsync(plan.Reports(role), world.ResumeFrom, fitted).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (fitted.IsCancellationRequested)
            {
                // Taken off.
            }
        });
    }

    async Task<string?> SetOutAsync(Pace pace, MovementView earlier, CancellationToken cancel)
    {
        var departure = declaration.OfficeOfDeparture;
        await pace.UntilAsync(plan.Schedule.WeighAt, cancel).ConfigureAwait(false);
        if (!earlier.Has("unit-weighed", home, unit, departure))
        {
            var body = new { MassGrams = plan.GrossMassGrams };
            if (await RefusedAsync(departure, "weights", body, cancel).ConfigureAwait(false) is { } no) return no;
        }
        await pace.UntilAsync(plan.Schedule.GateOutAt, cancel).ConfigureAwait(false);
        if (earlier.Has("unit-gated-out", home, unit)) return null;
        return await RefusedAsync(departure, "gate-out", new { Vehicle = plan.Plate, plan.Driver }, cancel)
            .ConfigureAwait(false);
    }

    /// <summary>Out on this side; in on the other side, by its officer on its own node.</summary>
    async Task<string?> CrossAsync(Pace pace, MovementView earlier, CancellationToken cancel)
    {
        // The rope is the lock's; the bolt seal held whatever happened to it.
        var seen = new { SealSeen = plan.Seal, Condition = "intact" };
        await pace.UntilAsync(plan.Schedule.ExitAt, cancel).ConfigureAwait(false);
        if (!earlier.Has("unit-exited", home, unit))
        {
            var exit = declaration.OfficeOfExit;
            var mass = new { MassGrams = plan.ExitMassGrams };
            if (await RefusedAsync(exit, "weights", mass, cancel).ConfigureAwait(false) is { } unweighed)
                return unweighed;
            if (await RefusedAsync(exit, "exit", seen, cancel).ConfigureAwait(false) is { } no) return no;
        }
        if (plan.Schedule.EnterAt is not { } enterAt) return null;
        await pace.UntilAsync(enterAt, cancel).ConfigureAwait(false);
        if (await AwaitExitAtOtherAsync(pace, enterAt + ExitPatience, cancel).ConfigureAwait(false)) return null;
        return await RefusedAsync(declaration.OfficeOfEntry, "entry", seen, cancel).ConfigureAwait(false);
    }

    /// <summary>Waits until the other node has read the exit; true where the entry is recorded there already.</summary>
    async Task<bool> AwaitExitAtOtherAsync(Pace pace, DateTimeOffset until, CancellationToken cancel)
    {
        while (true)
        {
            var view = await world.LookUpAsync(declaration.OfficeOfEntry, mrn, cancel).ConfigureAwait(false);
            if (view?.Has("unit-entered", other, unit) == true) return true;
            if (view?.Has("unit-exited", home, unit) == true || pace.Now >= until) return false;
            await pace.PauseAsync(LookEvery, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Asks until it is granted. An early request is refused by the rules, and that is no surprise.</summary>
    async Task<UnitReport> DischargeAsync(Pace pace, CancellationToken cancel)
    {
        var exitAt = plan.Schedule.ExitAt;
        var askFrom = plan.Schedule.EnterAt is { } enterAt ? enterAt + AnswerPatience : exitAt + FirstRequestUnanswered;
        var lastRefusal = "never asked";
        while (true)
        {
            var view = await world.LookUpAsync(declaration.OfficeOfDeparture, mrn, cancel).ConfigureAwait(false);
            if (view?.Has("unit-discharged", home, unit) == true) return Discharged(view);
            if (pace.Now > exitAt + GiveUpAfter) return Stopped(plan, unit, $"discharge: {lastRefusal}");
            if (view?.Has("unit-entered", other, unit) != true && pace.Now < askFrom)
            {
                var next = plan.Schedule.EnterAt is null ? askFrom : pace.Now + LookEvery;
                await pace.UntilAsync(next, cancel).ConfigureAwait(false);
                continue;
            }
            // Each request is one of its own: the one of three hours ago keeps its answer.
            var slot = (long)((pace.Now - exitAt) / AskAgainAfter);
            var answer = await PostAsync(declaration.OfficeOfDeparture, "discharge", new { }, cancel, $"{slot}")
                .ConfigureAwait(false);
            // The node's own timer may have been quicker.
            if (answer.IsSuccess || answer.Code == "unit-discharged")
                return await LookUpDischargedAsync(cancel).ConfigureAwait(false);
            lastRefusal = answer.Code;
            if (answer.Status is not (409 or 412 or 422)) return Stopped(plan, unit, $"discharge: {answer.Code}");
            await pace.UntilAsync(exitAt + AskAgainAfter * (slot + 1), cancel).ConfigureAwait(false);
        }
    }

    async Task<UnitReport> LookUpDischargedAsync(CancellationToken cancel) =>
        Discharged(await world.LookUpAsync(declaration.OfficeOfDeparture, mrn, cancel).ConfigureAwait(false));

    UnitReport Discharged(MovementView? view) => new(
        unit, plan.LocalUnit, Slug(plan.Incident), "discharged", view?.Find(unit)?.Grade,
        view?.Find(unit)?.Unreconciled ?? false, null);

    async Task<string?> RefusedAsync(
        string office, string step, object body, CancellationToken cancel, string? which = null)
    {
        var answer = await PostAsync(office, step, body, cancel, which).ConfigureAwait(false);
        return answer.IsSuccess || AlreadyDone.Contains(answer.Code) ? null : $"{step}: {answer.Code}";
    }

    Task<ApiAnswer> PostAsync(
        string office, string step, object body, CancellationToken cancel, string? which) => world.PostAsync(
            OfficerRoles.Officer, office, which is null ? step : $"{step} {which}", unit,
            $"/api/v1/movements/{mrn}/units/{plan.Number}/{step}", body, cancel);

    static string Slug(Incident incident) => incident switch
    {
        Incident.RopeCutInGap => "rope-cut-in-gap",
        Incident.LongStop => "long-stop",
        Incident.SilentDevice => "silent-device",
        _ => incident.ToString().ToLowerInvariant(),
    };
}
