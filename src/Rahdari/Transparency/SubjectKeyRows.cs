using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// Which key a subject's events are sealed under now. What is said after an erasure falls under the next key: an
/// observation may still come, and what was erased stays erased.
/// </summary>
static class SubjectKeyRows
{
    /// <summary>The subject's present key, made where it has none.</summary>
    public static async Task<(string KeyId, byte[] Key)> PresentAsync(
        this SubjectKeys keys, IRecordTransaction transaction, string subject, CancellationToken cancel)
    {
        // As many rounds as the subject was erased.
        for (var round = 1; ; round++)
        {
            var keyId = IdOf(subject, round);
            if (await transaction.WrappedKeyAsync(keyId, cancel) is { } wrapped)
                return (keyId, keys.Unwrap(wrapped, keyId));
            var key = keys.NewKey();
            if (await transaction.PutWrappedKeyAsync(keyId, keys.Wrap(key, keyId), cancel)) return (keyId, key);
        }
    }

    /// <summary>Erases the subject's present key; nothing where it has none.</summary>
    public static async Task EraseAsync(IRecordTransaction transaction, string subject, CancellationToken cancel)
    {
        for (var round = 1; ; round++)
        {
            var keyId = IdOf(subject, round);
            if (await transaction.EraseKeyAsync(keyId, cancel) || !await transaction.IsErasedAsync(keyId, cancel))
                return;
        }
    }

    static string IdOf(string subject, int round) => round == 1 ? subject : $"{subject}#{round}";
}
