namespace Rahdari.Simulator.Officiating;

/// <summary>The guarantee officer takes a holder's guarantee into the books, once.</summary>
static class GuaranteeScript
{
    public static async Task RunAsync(World world, GuaranteePlan plan, CancellationToken cancel)
    {
        using var pace = new Pace(world.Clock);
        await pace.UntilAsync(plan.RegisterAt, cancel).ConfigureAwait(false);
        var known = await world.ClientOf(plan.Office).GetAsync(
            world.KeyOf(OfficerRoles.Officer, plan.Office), $"/api/v1/guarantees/{plan.Grn}", cancel)
            .ConfigureAwait(false);
        if (known.IsSuccess) return;
        await world.PostAsync(
            OfficerRoles.Officer, plan.Office, $"register-guarantee {plan.Grn}", null, "/api/v1/guarantees",
            new
            {
                plan.Grn,
                // CL251: a comprehensive guarantee, which revolves.
                Type = "1",
                Limit = Amount.Of(plan.LimitMinor),
                plan.ValidUntil,
                plan.Guarantor,
                GuarantorRating = Invented.InsurerRating,
                plan.AccessCode,
            },
            cancel).ConfigureAwait(false);
    }
}

/// <summary>Money as the contract writes it.</summary>
sealed record Amount(long Minor, string Currency)
{
    public static Amount Of(long minor) => new(minor, "PKR");
}
