using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Rahdari.Hosting;

namespace Rahdari.Parties;

/// <summary>A form somebody had filled when the session ended.</summary>
/// <param name="Action">The path it was posted to.</param>
/// <param name="Page">The path of the page it stands on.</param>
sealed record KeptForm(string Action, string Page, IReadOnlyDictionary<string, string> Fields);

/// <summary>
/// Keeps half-filled forms over a new sign-in. Before it, the form travels in the sign-in page itself, sealed by the
/// node; after it, it waits in the record for its page to show it. One form a person, the newest.
/// </summary>
sealed class KeptForms(PartyTables tables, IDataProtectionProvider protection, TimeProvider machine)
{
    /// <summary>A declaration of 20 units fills about 6 kB.</summary>
    public const int MaxFormBytes = 64 * 1024;

    /// <summary>Long enough to find the password; a form older than that would surprise.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    readonly ITimeLimitedDataProtector protector = protection.CreateProtector("kept-form").ToTimeLimitedDataProtector();

    public string Seal(KeptForm form) => protector.Protect(JsonSerializer.Serialize(form), Kept);

    /// <summary>Null for anything this node did not seal within the hour.</summary>
    public KeptForm? Unseal(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 4 * MaxFormBytes) return null;
        try
        {
            return JsonSerializer.Deserialize<KeptForm>(protector.Unprotect(text));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    public async Task PutAsync(OfficerId officer, KeptForm form, CancellationToken cancel)
    {
        var row = new
        {
            Officer = officer.Value,
            Path = form.Page,
            Fields = JsonSerializer.Serialize(form),
            Kept = machine.GetUtcNow().ToMicros(),
        };
        var store = await tables.ReadyAsync(cancel);
        await store.WriteAsync(
            async tx =>
            {
                await tx.ExecuteAsync("delete from party_kept_forms where officer = @Officer", row, cancel);
                return await tx.ExecuteAsync(
                    """
                    insert into party_kept_forms (officer, path, fields, kept_micros)
                    values (@Officer, @Path, @Fields, @Kept)
                    """,
                    row, cancel);
            },
            cancel);
    }

    /// <summary>The form kept for a person and a page; it stays until a newer one or until its time is over.</summary>
    public async Task<KeptForm?> FindAsync(OfficerId officer, string page, CancellationToken cancel)
    {
        var store = await tables.ReadyAsync(cancel);
        var since = (machine.GetUtcNow() - Kept).ToMicros();
        var rows = await store.ReadAsync(
            reader => reader.QueryAsync<Row>(
                """
                select fields from party_kept_forms
                where officer = @Officer and path = @Page and kept_micros > @Since
                """,
                new { Officer = officer.Value, Page = page, Since = since }, cancel),
            cancel);
        return rows is [var row] ? JsonSerializer.Deserialize<KeptForm>(row.Fields) : null;
    }

    sealed class Row
    {
        public string Fields { get; init; } = "";
    }
}
