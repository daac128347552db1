using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

/// <param name="Type">CL251 guarantee type.</param>
/// <param name="AccessCodeHash">
/// Base64 of salt and hash (<see cref="AccessCode"/>); the code itself is never stored. Sealed, because a short code
/// can be guessed by whoever holds the hash.
/// </param>
[EventType("guarantee-registered")]
public sealed record GuaranteeRegistered(
    Grn Grn, string Type, Money Limit, DateTimeOffset ValidUntil, Sealed<string> Guarantor, string? GuarantorRating,
    Sealed<string> AccessCodeHash) : EventBody
{
    /// <summary>Who brought it into the books: an insurer sees what it brought. Opaque.</summary>
    public PartyId? Registrant { get; init; }
}

/// <summary>Double entry: free falls, locked rises by the same amount.</summary>
[EventType("lock-placed")]
public sealed record LockPlaced(Grn Grn, Mrn Mrn, int Unit, Money Amount) : EventBody;

/// <summary>Double entry: locked falls, free rises by the same amount.</summary>
[EventType("lock-credited")]
public sealed record LockCredited(Grn Grn, Mrn Mrn, int Unit, Money Amount, string Reason) : EventBody;

/// <summary>Double entry: locked falls, called rises by the same amount.</summary>
[EventType("lock-called")]
public sealed record LockCalled(Grn Grn, Mrn Mrn, int Unit, Money Amount, string Reason) : EventBody;
