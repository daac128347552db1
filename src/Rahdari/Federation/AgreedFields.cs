using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>
/// Which sealed fields the two administrations agreed to open to each other: what the other side's office needs to
/// receive the goods. Everything else stays closed, though committed to.
/// </summary>
static class AgreedFields
{
    public static bool IsOpened(EventBody body, string name) => body switch
    {
        DeclarationAccepted => true,
        UnitGatedOut => name is "vehicle" or "driver",
        _ => false,
    };

    /// <summary>
    /// Whether every field agreed on is at hand in an event read from the other side. What was erased here since is
    /// not; of a type this build does not know nobody can tell.
    /// </summary>
    public static bool AreOpen(EventBody body) => body switch
    {
        DeclarationAccepted e => e.Holder.HasValue && e.Consignor.HasValue && e.Consignee.HasValue
            && e.Carrier.HasValue && e.Goods.HasValue && UnitState.Present(e.Units).All(u => u.Vehicle.HasValue),
        UnitGatedOut e => e.Vehicle.HasValue && e.Driver.HasValue,
        UnknownEvent => false,
        _ => true,
    };
}
