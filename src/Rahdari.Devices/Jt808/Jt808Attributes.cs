namespace Rahdari.Devices.Jt808;

/// <summary>
/// The terminal's attributes (0107): type 2, maker, model, terminal, number of the SIM card 10, versions and more.
/// </summary>
static class Jt808Attributes
{
    /// <summary>
    /// Where the card's number stands: behind a maker of 5, a model of 20 and a terminal of 7 bytes in 2013; in 2019
    /// model and terminal have 30, and the maker 5 or, as in the registration of that edition, 11.
    /// </summary>
    static ReadOnlySpan<int> CardPlaces => [34, 67, 73];

    /// <summary>Null where none of the places has a card's number.</summary>
    public static SimCardNumber? CardIn(ReadOnlySpan<byte> body)
    {
        foreach (var at in CardPlaces)
            if (body.Length >= at + SimCardNumber.PackedBytes
                && SimCardNumber.ReadPacked(body.Slice(at, SimCardNumber.PackedBytes)) is { } card) return card;
        return null;
    }
}
