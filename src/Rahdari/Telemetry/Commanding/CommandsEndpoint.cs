using Rahdari.Movements;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Commanding;

/// <summary>
/// <c>POST .../units/{n}/commands</c> {device, command, intervalSeconds?, reason} answers the command's id;
/// <c>POST .../units/{n}/commands/{id}/approval</c> {} is the second officer's.
/// </summary>
static class CommandsEndpoint
{
    const int MaxReason = 500, IdBytes = 6;

    public static void MapCommands(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{UnitEndpoint.Unit}/commands", (string mrn, string n, HttpContext context, Posting posting) =>
                posting.RunAsync(
                    context, (input, entropy) => Read(input, UnitEndpoint.ReadUnit(input, mrn, n), entropy), Answer))
            .Takes(input => Read(input, new UnitId(default, 1), ApiDescription.NoEntropy)).Answers<CommandAnswer>()
            .WithName("authoriseCommand").WithSummary("Answer for a command to a device of a unit");
        routes.MapPost($"{UnitEndpoint.Unit}/commands/{{id}}/approval",
            (string mrn, string n, string id, HttpContext context, Posting posting, DeviceFixes fixes) =>
                posting.RunAsync(
                    context, (input, _) => new ApproveUnlock(UnitEndpoint.ReadUnit(input, mrn, n), id, fixes), Answer))
            .Takes(_ => { }).Answers<CommandAnswer>()
            .WithName("approveUnlock").WithSummary("Answer, as the second officer, for an unlocking");
    }

    static AuthoriseCommand Read(JsonInput input, UnitId unit, Entropy entropy)
    {
        Span<byte> drawn = stackalloc byte[IdBytes];
        entropy(drawn);
        int? seconds = input.OptionalWhole("intervalSeconds") is { } told ? (int)Math.Min(told, int.MaxValue) : null;
        return new(
            unit, $"c-{Convert.ToHexStringLower(drawn)}", input.Id<DeviceId>("device"),
            input.Choice<CommandKind>("command"), seconds, input.Text("reason", MaxReason));
    }

    static PostAnswer Answer(IReadOnlyList<Recorded> events) => new(events[0].Body switch
    {
        CommandAuthorised e => new CommandAnswer(
            e.CommandId, e.Kind == CommandKind.Unlock ? "waits-for-approval" : "ready", e.Expires),
        UnlockApproved e => new CommandAnswer(e.CommandId, "ready", null),
        var other => throw new InvalidOperationException($"{other.GetType().Name} is no command"),
    });

    /// <param name="State">ready: it goes out as soon as the device is heard; or waits-for-approval.</param>
    sealed record CommandAnswer(string CommandId, string State, DateTimeOffset? Expires);
}
