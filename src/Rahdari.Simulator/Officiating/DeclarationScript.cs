namespace Rahdari.Simulator.Officiating;

/// <summary>One declaration from its form to the end of its last unit. What was done before is not redone.</summary>
/// <param name="registered">Completes when its guarantee is in the books. On a clock that ran on before the run began
/// both are due at once.</param>
/// <param name="stocked">Completes when the office of departure has its devices in the books.</param>
sealed class DeclarationScript(
    World world, DeclarationPlan plan, string accessCode, Task registered, Task stocked, Action<Func<Task>> launch)
{
    readonly string home = World.AdministrationOf(plan.OfficeOfDeparture);

    /// <param name="earlierMrn">The MRN an earlier run was given; null where there was none.</param>
    public async Task<IReadOnlyList<UnitReport>> RunAsync(string? earlierMrn, CancellationToken cancel)
    {
        using var pace = new Pace(world.Clock);
        await pace.UntilAsync(plan.DeclareAt, cancel).ConfigureAwait(false);
        var (mrn, refused) = earlierMrn is null ? await DeclareAsync(cancel).ConfigureAwait(false) : (earlierMrn, null);
        if (mrn is null) return Stopped(null, refused!);
        foreach (var unit in plan.Units) world.Units[$"{mrn}/{unit.Number}"] = unit;
        if (await ReleaseAsync(pace, mrn, cancel).ConfigureAwait(false) is { } stop) return Stopped(mrn, stop);
        var view = await world.LookUpAsync(plan.OfficeOfDeparture, mrn, cancel).ConfigureAwait(false);
        if (view is null) return Stopped(mrn, "look-up");
        var units = plan.Units
            .Select(u => new UnitScript(world, plan, u, mrn, stocked, launch).RunAsync(view, cancel)).ToArray();
        return await pace.IdleAsync(Task.WhenAll(units), cancel).ConfigureAwait(false);
    }

    async Task<(string? Mrn, string? Refused)> DeclareAsync(CancellationToken cancel)
    {
        var answer = await world.PostAsync(
            OfficerRoles.Declarant, plan.OfficeOfDeparture, $"declare {plan.LocalReference}", null, "/api/v1/movements",
            new
            {
                plan.LocalReference,
                plan.OfficeOfDeparture,
                plan.OfficeOfExit,
                plan.OfficeOfEntry,
                RouteId = plan.Route.Id,
                plan.Holder,
                plan.Consignor,
                plan.Consignee,
                plan.Carrier,
                Units = plan.Units.Select(u =>
                    new { Kind = "container", u.Container, u.GrossMassGrams, Vehicle = u.Plate }).ToArray(),
                Goods = plan.Goods.Select(g => new
                {
                    g.HsCode,
                    g.Description,
                    Value = Amount.Of(g.ValueMinor),
                    DutyAtRisk = Amount.Of(g.DutyMinor),
                }).ToArray(),
            },
            cancel).ConfigureAwait(false);
        return answer.IsSuccess && answer.Text("mrn") is { } mrn ? (mrn, null) : (null, $"declare: {answer.Code}");
    }

    /// <summary>Guarantee and selection; null where both are done, otherwise what was refused.</summary>
    async Task<string?> ReleaseAsync(Pace pace, string mrn, CancellationToken cancel)
    {
        var view = await world.LookUpAsync(plan.OfficeOfDeparture, mrn, cancel).ConfigureAwait(false);
        await pace.UntilAsync(plan.GuaranteeAt, cancel).ConfigureAwait(false);
        if (view?.Has("guarantee-reserved", home) != true)
        {
            // The clock stays held: registering is due earlier, so it needs no more of it.
            await registered.WaitAsync(cancel).ConfigureAwait(false);
            var answer = await PostAsync("guarantee", mrn, new { plan.Grn, AccessCode = accessCode }, cancel)
                .ConfigureAwait(false);
            if (!answer.IsSuccess) return $"guarantee: {answer.Code}";
        }
        await pace.UntilAsync(plan.SelectAt, cancel).ConfigureAwait(false);
        if (view?.Has("selection-made", home) == true) return null;
        var selection = await PostAsync("selection", mrn, new { }, cancel).ConfigureAwait(false);
        return selection.IsSuccess ? null : $"selection: {selection.Code}";
    }

    Task<ApiAnswer> PostAsync(string step, string mrn, object body, CancellationToken cancel) => world.PostAsync(
        OfficerRoles.Officer, plan.OfficeOfDeparture, step, mrn, $"/api/v1/movements/{mrn}/{step}", body, cancel);

    IReadOnlyList<UnitReport> Stopped(string? mrn, string reason) =>
        [.. plan.Units.Select(u => UnitScript.Stopped(u, mrn is null ? u.LocalUnit : $"{mrn}/{u.Number}", reason))];
}
