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
}
