namespace Rahdari.Devices;

/// <summary>Fields of a binary frame, taken one after another; nothing is copied.</summary>
ref struct ByteFields(ReadOnlySpan<byte> bytes, int start)
{
    readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Where the next field starts, in the bytes given.</summary>
    public int Position { get; private set; } = start;

    /// <summary>What is left from the next field on.</summary>
    public readonly ReadOnlySpan<byte> Rest => bytes[Position..];

    /// <summary>Takes a field; false, and nothing taken, where the bytes end before it does.</summary>
    public bool Take(int count, out ReadOnlySpan<byte> taken)
    {
        var fits = count <= bytes.Length - Position;
        taken = fits ? bytes.Slice(Position, count) : [];
        if (fits) Position += count;
        return fits;
    }

    /// <summary>Takes a number without sign, its highest byte first; false where the bytes end before it does.
    /// </summary>
    /// <param name="size">1 to 8 bytes; of a longer one the last eight count.</param>
    public bool Number(int size, out ulong value)
    {
        value = 0;
        if (!Take(size, out var taken)) return false;
        foreach (var b in taken) value = value << 8 | b;
        return true;
    }
}
