using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Stock;

/// <summary>
/// <c>GET /api/v1/stock</c>, <c>GET /api/v1/stock/vendors</c>, <c>GET /api/v1/stock/devices</c>,
/// <c>POST /api/v1/stock/devices</c> {device, vendor, model?, firmware?, iccid?}, and of one device
/// <c>GET</c>, <c>POST .../{card|booking|booking-release|return|transfer|repair|loss|retirement}</c>.
/// </summary>
static class StockEndpoint
{
    const string One = "/api/v1/stock/devices/{device}";

    const int MaxName = 70, MaxReason = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/stock", async (HttpContext context, StockQuery query, CorridorClock clock) =>
                Results.Ok(new OfficeList(
                    [.. (await query.OfficesAsync(clock.Now, context.RequestAborted)).Select(OfficeItem.Of)])))
            .WithName("listStock").WithSummary("Device stock by office, with waiting times and forecast")
            .Produces<OfficeList>();
        routes.MapGet("/api/v1/stock/vendors", async (HttpContext context, VendorQuery query, CorridorClock clock) =>
                Results.Ok(new VendorList(
                    [.. (await query.ScoresAsync(clock.Now, context.RequestAborted)).Select(VendorItem.Of)])))
            .WithName("listVendors").WithSummary("How each vendor's devices did").Produces<VendorList>();
        routes.MapGet("/api/v1/stock/devices", ListAsync)
            .WithName("listDevices").WithSummary("Devices in the books").Produces<DeviceList>();
        routes.MapGet(One, FindAsync).WithName("readDevice").WithSummary("One device").Produces<DeviceItem>();
        routes.MapPost("/api/v1/stock/devices", (HttpContext context, Posting posting) =>
                posting.RunAsync(context, (input, _) => ReadReceipt(input), Done))
            .Takes(input => ReadReceipt(input)).Answers<DoneAnswer>()
            .WithName("receiveDevice").WithSummary("Take a device into the books of the acting office");
        MapOne(routes, "card", (input, device) => new ChangeDeviceCard(
                device, input.OptionalText("vendor", MaxName), input.OptionalText("model", MaxName),
                input.OptionalText("firmware", MaxName), input.OptionalText("iccid", SimCardNumber.MaxLength)))
            .WithName("changeDeviceCard").WithSummary("Write lines of a device's card anew");
        MapOne(routes, "booking", (input, device) => new BookDevice(device, input.Id<UnitId>("unit")))
            .WithName("bookDevice").WithSummary("Keep a device in store for a unit");
        MapOne(routes, "booking-release", (_, device) => new ReleaseBooking(device))
            .WithName("releaseBooking").WithSummary("End a booking before its time");
        MapOne(routes, "return", (input, device) =>
                new ReturnDevice(device, input.Choice<DeviceCondition>("deviceCondition")))
            .WithName("returnDevice").WithSummary("Put a device into the acting office's store");
        MapOne(routes, "transfer", (input, device) => new SendDevice(device, input.Id<OfficeId>("to")))
            .WithName("sendDevice").WithSummary("Send a device to another office's store");
        MapOne(routes, "repair", (input, device) => new RepairDevice(device, input.Text("reason", MaxReason)))
            .WithName("repairDevice").WithSummary("Send a device to repair");
        MapOne(routes, "loss", (input, device) => new ReportDeviceLost(device, input.Text("reason", MaxReason)))
            .WithName("reportDeviceLost").WithSummary("Report a device lost");
        MapOne(routes, "retirement", (input, device) => new RetireDevice(device, input.Text("reason", MaxReason)))
            .WithName("retireDevice").WithSummary("Take a device out of the books");
    }

    static RouteHandlerBuilder MapOne(
        IEndpointRouteBuilder routes, string what, Func<JsonInput, DeviceId, IOperation> bind) =>
        routes.MapPost($"{One}/{what}", (string device, HttpContext context, Posting posting) =>
                posting.RunAsync(context, (input, _) => bind(input, input.ParseId<DeviceId>("device", device)), Done))
            .Takes(input => bind(input, default)).Answers<DoneAnswer>();

    static ReceiveDevice ReadReceipt(JsonInput input) => new(
        input.Id<DeviceId>("device"), input.Text("vendor", MaxName), input.OptionalText("model", MaxName),
        input.OptionalText("firmware", MaxName), input.OptionalText("iccid", SimCardNumber.MaxLength));

    static async Task<IResult> ListAsync(
        HttpContext context, StockQuery query, CorridorClock clock, string? office, string? state, string? after)
    {
        if (office is not null && !OfficeId.TryParse(office, null, out _))
            return Problem.Malformed(new Refusal("input-malformed", "office").With("value", office));
        StockState? only = null;
        if (state is not null)
        {
            if (!Slug.TryParse<StockState>(state, out var named))
                return Problem.Malformed(new Refusal("input-not-a-choice", "state").With("value", state));
            only = named;
        }
        if (!string.IsNullOrEmpty(after) && !DeviceId.TryParse(after, null, out _))
            return Problem.Malformed(Paging.Malformed("after", after));
        var lines = await query.ListAsync(
            office is null ? null : OfficeId.Parse(office), only, after ?? "", clock.Now, context.RequestAborted);
        return Results.Ok(new DeviceList(
            [.. lines.Select(DeviceItem.Of)],
            lines.Count == StockQuery.PageRows ? lines[^1].Device.ToString() : null));
    }

    static async Task<IResult> FindAsync(HttpContext context, StockQuery query, CorridorClock clock, string device)
    {
        if (!DeviceId.TryParse(device, null, out var id))
            return Problem.Malformed(new Refusal("input-malformed", "device").With("value", device));
        return await query.FindAsync(id, clock.Now, context.RequestAborted) is { } line
            ? Results.Ok(DeviceItem.Of(line))
            : Problem.Of(
                StatusCodes.Status404NotFound, new Refusal("device-unknown", "device").With("device", device));
    }

    static PostAnswer Done(IReadOnlyList<Recorded> events) =>
        new(new DoneAnswer([.. events.Select(e => EventTypes.Of(e.Body).Name)]));

    /// <param name="Recorded">Types of the events recorded.</param>
    sealed record DoneAnswer(IReadOnlyList<string> Recorded);

    sealed record DeviceList(IReadOnlyList<DeviceItem> Items, string? Next);

    /// <param name="Iccid">Of the SIM card, as the books have it.</param>
    /// <param name="ToldIccid">As the device told it last; null where it told none.</param>
    sealed record DeviceItem(
        DeviceId Device, StockState State, OfficeId? Office, string? Vendor, string? Model, string? Firmware,
        string? Iccid, UnitId? Unit, OfficeId? SentTo, DateTimeOffset Since, int? BatteryPercent,
        DateTimeOffset? HeardAt, string? ToldIccid)
    {
        public static DeviceItem Of(StockLine l) => new(
            l.Device, l.State, l.Office, l.Card?.Vendor, l.Card?.Model, l.Card?.Firmware, l.Card?.Iccid, l.Unit,
            l.SentTo, l.Since, l.BatteryPercent, l.HeardAt, l.ToldCard?.Number.Value);
    }

    sealed record OfficeList(IReadOnlyList<OfficeItem> Offices);

    /// <param name="Shortage">The first day on which devices will be missing; null where none is within sight.</param>
    sealed record OfficeItem(
        OfficeId Office, int InStore, int Booked, int Fitted, int AwaitingReturn, int Sent, int InRepair, int Lost,
        int WaitingUnits, long? WaitP50Minutes, long? WaitP90Minutes, ShortageItem? Shortage,
        IReadOnlyList<StockDay> Forecast)
    {
        public static OfficeItem Of(OfficeStock o) => new(
            o.Office, o.Count(StockState.InStore), o.Count(StockState.Booked), o.Count(StockState.Fitted),
            o.Count(StockState.AwaitingReturn), o.Count(StockState.Sent), o.Count(StockState.InRepair),
            o.Count(StockState.Lost), o.WaitingUnits, o.WaitP50Minutes, o.WaitP90Minutes,
            o.Outlook?.Shortage is { } day ? new(day.Day, -day.Left, o.Outlook.MostMissing) : null,
            o.Outlook?.Days ?? []);
    }

    /// <param name="Missing">On that day.</param>
    /// <param name="MostMissing">On the worst day of the forecast.</param>
    sealed record ShortageItem(DateOnly On, int Missing, int MostMissing);

    sealed record VendorList(IReadOnlyList<VendorItem> Items);

    sealed record VendorItem(
        string Vendor, int Devices, int Lost, int Trips, long SlotsExpected, long SlotsHeard, long? CoveragePerMillion,
        int AlertsRaised, int AlertsResolved, int FalseAlarms, long? FalseAlarmsPerMillion, int Tried, int DeadOnFit,
        int Returned, long? ReturnDays, WayItem Direct, WayItem Relayed)
    {
        public static VendorItem Of(VendorScore s) => new(
            s.Vendor, s.Devices, s.Lost, s.Trips, s.SlotsExpected, s.SlotsHeard, s.CoveragePerMillion, s.Alerts.Raised,
            s.Alerts.Resolved, s.Alerts.False, s.FalseAlarmsPerMillion, s.Tried, s.DeadOnFit, s.Returned, s.ReturnDays,
            WayItem.Of(s.Direct), WayItem.Of(s.Relayed));
    }

    /// <param name="Devices">A device heard over both ways counts for both.</param>
    sealed record WayItem(
        int Devices, long SlotsExpected, long SlotsHeard, long? CoveragePerMillion, int AlertsRaised,
        int AlertsResolved, int FalseAlarms, long? FalseAlarmsPerMillion)
    {
        public static WayItem Of(WayScore w) => new(
            w.Devices, w.SlotsExpected, w.SlotsHeard, w.CoveragePerMillion, w.Alerts.Raised, w.Alerts.Resolved,
            w.Alerts.False, w.FalseAlarmsPerMillion);
    }
}
