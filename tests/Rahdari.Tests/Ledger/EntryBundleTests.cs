using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class EntryBundleTests
{
    static readonly byte[][] Entries = [[1, 2, 3], [], new byte[300], new byte[EntryBundle.MaxEntryLength]];

    [Fact]
    public void Entries_come_back_as_they_went_in()
    {
        var bundle = EntryBundle.Encode(Entries);
        Assert.Equal([0, 3, 1, 2, 3, 0, 0, 1, 44], bundle.AsSpan(0, 9).ToArray());
        Assert.Equal(Entries, EntryBundle.Decode(bundle, Entries.Length));
        Assert.Empty(EntryBundle.Decode([], 0));
    }

    [Fact]
    public void A_bundle_cut_at_any_byte_is_refused()
    {
        var bundle = EntryBundle.Encode(Entries[..3]);
        for (var length = 0; length < bundle.Length; length++)
            Assert.Throws<LedgerFormatException>(() => EntryBundle.Decode(bundle.AsSpan(0, length), 3));
        Assert.Throws<LedgerFormatException>(() => EntryBundle.Decode([.. bundle, 0], 3));
        Assert.Throws<LedgerFormatException>(() => EntryBundle.Decode([.. bundle, 0, 0], 3));
    }

    [Fact]
    public void An_entry_longer_than_its_length_can_say_is_refused() =>
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode([new byte[EntryBundle.MaxEntryLength + 1]]));
}
