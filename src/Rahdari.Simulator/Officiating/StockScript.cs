namespace Rahdari.Simulator.Officiating;

/// <summary>An office takes the devices of its trucks, and some more, into its books before they are fitted.</summary>
static class StockScript
{
    public static async Task RunAsync(World world, StockPlan plan, CancellationToken cancel)
    {
        using var pace = new Pace(world.Clock);
        await pace.UntilAsync(plan.ReceiveAt, cancel).ConfigureAwait(false);
        foreach (var device in plan.Devices)
        {
            var known = await world.ClientOf(plan.Office).GetAsync(
                world.KeyOf(OfficerRoles.Officer, plan.Office),
                $"/api/v1/stock/devices/{Uri.EscapeDataString(device.Device)}", cancel).ConfigureAwait(false);
            if (known.IsSuccess) continue;
            await world.PostAsync(
                OfficerRoles.Officer, plan.Office, $"stock {device.Device}", null, "/api/v1/stock/devices",
                new
                {
                    device.Device,
                    device.Vendor,
                    device.Model,
                    Firmware = "1.0",
                    Iccid = Invented.Iccid(device.Device),
                },
                cancel).ConfigureAwait(false);
        }
    }
}
