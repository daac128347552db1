using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Parties;

/// <summary>A person who may sign in. The name stays in this node; the log knows the opaque officer id.</summary>
/// <param name="Stamp">Changes whenever older sessions must end.</param>
sealed record User(string Name, Actor Actor, string Stamp, bool Enabled);

/// <summary>The people of this node: who they are, and whether a password is theirs.</summary>
sealed class UserRegister(PartyTables tables, TimeProvider machine) : IDisposable
{
    /// <summary>NIST SP 800-63B 3.1.1.2 asks for 8 at least, and for no rules of composition.</summary>
    public const int MinPasswordLength = 12;

    /// <summary>Longer input costs hashing time and protects nobody more.</summary>
    public const int MaxPasswordLength = 128;

    const int MaxNameLength = 40;

    const string WithParty =
        "select u.*, m.party from party_users u left join party_members m on m.officer = u.officer";

    /// <summary>One check costs some 50 ms of a core: two at a time leave the machine to the frames.</summary>
    readonly ConcurrencyLimiter checks =
        new(new() { PermitLimit = 2, QueueLimit = 64, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    readonly PasswordHasher<User> hasher = new();

    /// <summary>A name of 2 to 40 lower-case letters, digits, dots and hyphens.</summary>
    public static bool IsName(string text) => text.Length is >= 2 and <= MaxNameLength
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');

    /// <summary>Adds a person, or says why not.</summary>
    /// <param name="party">The firm the person works for; null where they stand for themselves.</param>
    public async Task<Refusal?> AddAsync(
        string name, string password, OfficeId office, Role role, CancellationToken cancel, PartyId? party = null)
    {
        if (Check(name, password) is { } refusal) return refusal;
        var row = RowOf(name, password, office, role);
        var store = await tables.ReadyAsync(cancel);
        var added = await store.WriteAsync(
            async tx =>
            {
                if (!await AddAsync(tx, row, cancel)) return false;
                await PartyTables.JoinAsync(tx, row.Officer, party, cancel);
                return true;
            },
            cancel);
        return added ? null : new Refusal("user-exists", "name").With("name", name);
    }

    /// <summary>
    /// The first administrator of a new node; refused once anybody is registered, so that a second run cannot open
    /// a door.
    /// </summary>
    public async Task<Refusal?> CreateAdministratorAsync(
        string name, string password, OfficeId office, CancellationToken cancel)
    {
        if (Check(name, password) is { } refusal) return refusal;
        var row = RowOf(name, password, office, Role.Administrator);
        var store = await tables.ReadyAsync(cancel);
        var added = await store.WriteAsync(
            async tx =>
            {
                var users = await tx.QueryAsync<UserRow>("select name from party_users limit 1", null, cancel);
                return users.Count == 0 && await AddAsync(tx, row, cancel);
            },
            cancel);
        return added ? null : new Refusal("users-exist");
    }

    /// <summary>
    /// The person a name and a password belong to; null where they do not, or the name is shut for a while. An unknown
    /// name takes as long as a known one.
    /// </summary>
    /// <exception cref="StorageOutageException">Too many sign-ins are waiting.</exception>
    public async Task<User?> SignInAsync(string name, string password, CancellationToken cancel)
    {
        if (!IsName(name) || password.Length > MaxPasswordLength) return null;
        using var turn = await checks.AcquireAsync(1, cancel);
        if (!turn.IsAcquired) throw new StorageOutageException("too many sign-ins at once", outcomeUnknown: false);
        var store = await tables.ReadyAsync(cancel);
        var now = machine.GetUtcNow().ToMicros();
        var row = await store.WriteAsync(tx => CountAttemptAsync(tx, name, now, cancel), cancel);
        var right = hasher.VerifyHashedPassword(null!, row?.PasswordHash ?? NobodysHash, password)
            != PasswordVerificationResult.Failed;
        if (row is null || !right) return null;
        await store.WriteAsync(
            tx => tx.ExecuteAsync(
                "update party_users set failures = 0, locked_until_micros = 0 where name = @Name",
                new { Name = name }, cancel),
            cancel);
        return row.ToUser();
    }

    public async Task<User?> FindAsync(OfficerId officer, CancellationToken cancel)
    {
        var store = await tables.ReadyAsync(cancel);
        var rows = await store.ReadAsync(
            reader => reader.QueryAsync<UserRow>(
                $"{WithParty} where u.officer = @Officer", new { Officer = officer.Value }, cancel),
            cancel);
        return rows is [var row] ? row.ToUser() : null;
    }

    public async Task<IReadOnlyList<User>> ListAsync(CancellationToken cancel)
    {
        var store = await tables.ReadyAsync(cancel);
        var rows = await store.ReadAsync(
            reader => reader.QueryAsync<UserRow>($"{WithParty} order by u.name", null, cancel), cancel);
        return [.. rows.Select(r => r.ToUser())];
    }

    /// <summary>Sets a new password, opens a shut name and ends all sessions of the name.</summary>
    public async Task<Refusal?> SetPasswordAsync(string name, string password, CancellationToken cancel)
    {
        if (Check(name, password) is { } refusal) return refusal;
        var args = new { Name = name, Hash = hasher.HashPassword(null!, password), Stamp = NewStamp() };
        return await UpdateAsync(
            """
            update party_users
            set password_hash = @Hash, stamp = @Stamp, failures = 0, locked_until_micros = 0
            where name = @Name
            """,
            args, name, cancel);
    }

    /// <summary>Lets a person in again or keeps them out; either ends all sessions of the name.</summary>
    public Task<Refusal?> SetEnabledAsync(string name, bool enabled, CancellationToken cancel) => UpdateAsync(
        "update party_users set enabled = @Enabled, stamp = @Stamp where name = @Name",
        new { Name = name, Enabled = enabled ? 1 : 0, Stamp = NewStamp() }, name, cancel);

    /// <summary>Ends all sessions of the name.</summary>
    public Task EndSessionsAsync(string name, CancellationToken cancel) => UpdateAsync(
        "update party_users set stamp = @Stamp where name = @Name", new { Name = name, Stamp = NewStamp() }, name,
        cancel);

    public void Dispose() => checks.Dispose();

    async Task<Refusal?> UpdateAsync(string sql, object args, string name, CancellationToken cancel)
    {
        var store = await tables.ReadyAsync(cancel);
        var touched = await store.WriteAsync(tx => tx.ExecuteAsync(sql, args, cancel), cancel);
        return touched == 1 ? null : new Refusal("not-found", "name").With("value", name);
    }

    /// <summary>The attempt is counted before it is checked, so that many at once cannot slip past the limit.</summary>
    static async Task<UserRow?> CountAttemptAsync(
        IRecordTransaction transaction, string name, long now, CancellationToken cancel)
    {
        var rows = await transaction.QueryAsync<UserRow>(
            $"{WithParty} where u.name = @Name", new { Name = name }, cancel);
        if (rows is not [{ Enabled: 1 } row] || row.LockedUntilMicros > now) return null;
        var failures = row.Failures + 1;
        var until = now + (long)Lockout.After((int)Math.Min(failures, int.MaxValue)).TotalMicroseconds;
        await transaction.ExecuteAsync(
            "update party_users set failures = @Failures, locked_until_micros = @Until where name = @Name",
            new { Name = name, Failures = failures, Until = until }, cancel);
        return row;
    }

    static async Task<bool> AddAsync(IRecordTransaction transaction, UserRow row, CancellationToken cancel)
    {
        var same = await transaction.QueryAsync<UserRow>(
            "select name from party_users where name = @Name", new { row.Name }, cancel);
        if (same.Count > 0) return false;
        await transaction.ExecuteAsync(
            """
            insert into party_users
                (name, officer, office, role, password_hash, stamp, failures, locked_until_micros, enabled)
            values (@Name, @Officer, @Office, @Role, @PasswordHash, @Stamp, 0, 0, 1)
            """,
            row, cancel);
        return true;
    }

    static Refusal? Check(string name, string password) =>
        !IsName(name) ? new Refusal("user-name-form", "name").With("max", MaxNameLength)
        : password.Length < MinPasswordLength ? new Refusal("password-short", "password").With("min", MinPasswordLength)
        : password.Length > MaxPasswordLength ? new Refusal("password-long", "password").With("max", MaxPasswordLength)
        : null;

    UserRow RowOf(string name, string password, OfficeId office, Role role) => new()
    {
        Name = name,
        Officer = "o-" + RandomNumberGenerator.GetHexString(16, lowercase: true),
        Office = office.ToString(),
        Role = role.ToString(),
        PasswordHash = hasher.HashPassword(null!, password),
        Stamp = NewStamp(),
    };

    static string NewStamp() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The hash of a password nobody has, in the hasher's form, checked where there is no such name.</summary>
    string NobodysHash => field ??= hasher.HashPassword(null!, NewStamp());

    sealed class UserRow
    {
        public string Name { get; init; } = "";
        public string Officer { get; init; } = "";
        public string Office { get; init; } = "";
        public string Role { get; init; } = "";
        public string PasswordHash { get; init; } = "";
        public string Stamp { get; init; } = "";
        public long Failures { get; init; }
        public long LockedUntilMicros { get; init; }
        public long Enabled { get; init; }
        public string? Party { get; init; }

        public User ToUser() => new(
            Name, new(OfficerId.Parse(Officer, null), OfficeId.Parse(Office), Enum.Parse<Role>(Role))
            {
                Party = ActorContext.PartyOf(Party),
            }, Stamp, Enabled == 1);
    }
}
