using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>The quarantines of a device that officers have ended. The fold of <c>device:ID</c>.</summary>
sealed record EndedQuarantines : IFold<EndedQuarantines>
{
    public static EndedQuarantines Empty { get; } = new();

    public IReadOnlyList<DateTimeOffset> Since { get; init; } = [];

    public EndedQuarantines Apply(Recorded recorded) => recorded.Body is QuarantineEnded ended
        ? new() { Since = [.. Since, ended.Since] }
        : this;
}

/// <summary>
/// An officer asks to end a device's quarantine: which device speaks now is settled, and so is what the records kept
/// apart are worth.
/// </summary>
/// <param name="Named">The device, as the request names it.</param>
/// <param name="Since">Of the quarantine the device is in; null where it is in none.</param>
/// <param name="Source">An address; null releases the records of every address.</param>
/// <param name="Sources">Where records came from.</param>
sealed record EndQuarantine(
    string Named, DateTimeOffset? Since, QuarantineRuling Ruling, string? Source, string Reason, KeptSources Sources)
    : IOperation
{
    public string Subject => $"device:{Named}";

    /// <summary>Whether a record of the quarantine came from the source.</summary>
    bool IsSource { get; init; }

    /// <param name="isSource">Whether a record of the quarantine came from the command's source.</param>
    public static Decision Decide(EndedQuarantines ended, EndQuarantine command, OfficerId by, bool isSource)
    {
        if (command.Since is not { } began || ended.Since.Contains(began))
            return Decision.Refuse(new Refusal("device-not-quarantined", "device").With("device", command.Named));
        var source = command.Source;
        if (source is not null && command.Ruling == QuarantineRuling.KeepOut)
            return Decision.Refuse("source-without-release", "source");
        if (source is not null && KeptSources.AddressOf(source) is null)
            return Decision.Refuse(new Refusal("source-not-an-address", "source").With("value", source));
        if (source is not null && !isSource)
            return Decision.Refuse(new Refusal("source-not-in-quarantine", "source").With("value", source));
        return Decision.Accept(new NewEvent(command.Subject, new QuarantineEnded(
            DeviceId.Parse(command.Named), began, command.Ruling, KeptSources.AddressOf(source)?.ToString(), by,
            command.Reason)));
    }

    /// <summary>
    /// Months of the journal may be looked through. The rows of a quarantine only become more while nobody has ended
    /// it, and whether somebody has is asked in the decision: an address found stays one of it, and one whose first
    /// record comes meanwhile is refused as it was when the officer asked.
    /// </summary>
    public async Task<IOperation> PrepareAsync(IDesk desk, Actor actor, CancellationToken cancel) =>
        Source is not null && Since is { } since && KeptSources.AddressOf(Source) is not null
            ? this with { IsSource = await Sources.HasAsync(DeviceId.Parse(Named), since, Source, cancel) }
            : this;

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<EndedQuarantines>(Subject, cancel), this, actor.Id, IsSource);
}
