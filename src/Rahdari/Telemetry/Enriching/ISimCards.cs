using Rahdari.Devices;
using Rahdari.Movements;

namespace Rahdari.Telemetry.Enriching;

/// <summary>
/// Which SIM card is in which device by the books. Stock answers from the cards of its devices; tests answer from a
/// table.
/// </summary>
public interface ISimCards
{
    /// <summary>
    /// Null where the books have none. Called for every batch of a device that tells its card, by many connections at
    /// once, so the answer is expected from memory nearly always.
    /// </summary>
    ValueTask<SimCardNumber?> FindAsync(DeviceId device, CancellationToken cancel);
}

/// <summary>The SIM card that a device told, beside what the books had when it did.</summary>
/// <param name="Booked">Null where the books have none.</param>
public sealed record ToldCard(SimCardNumber Number, SimCardNumber? Booked)
{
    public bool Fits => Booked?.IsSame(Number) == true;

    public bool Differs => Booked?.IsSame(Number) == false;
}
