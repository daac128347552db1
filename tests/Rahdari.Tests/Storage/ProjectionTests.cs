using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>Tables of others in the record: their schemas, arguments and rows. Runs on every engine.</summary>
public abstract class ProjectionTests : StoreTests
{
    const string Schema =
        """
        create table if not exists board (
            name text primary key, big bigint, small integer not null, flag integer not null, bytes {bytes});
        create index if not exists board_by_small on board (small);
        """;

    private protected ProjectionTests(Func<Engine> engine) : base(engine) { }

    enum Lane { Green, Red = 7 }

    sealed record Line(string Name, long? Big, int Small, bool Flag, byte[]? Bytes);

    sealed class Settable
    {
        public string Name { get; set; } = "";
        public Lane SmallNumber { get; set; }
        public string Other { get; set; } = "unset";
    }

    [StoreFact]
    public async Task Tables_that_are_no_projection_are_upgraded_by_numbered_scripts_and_keep_their_rows()
    {
        const string First = "create table if not exists kept (name text primary key, bytes {bytes})";
        const string Second = "alter table kept add column more integer not null default 7";
        await WriteAsync(async t =>
        {
            await t.UpgradeTablesAsync("folder", [First], None);
            await t.ExecuteAsync("insert into kept (name, bytes) values ('a', @Bytes)", new { Bytes = new byte[1] },
                None);
        });
        await ReopenAsync();
        await WriteAsync(t => t.UpgradeTablesAsync("folder", [First, Second], None));
        await WriteAsync(t => t.UpgradeTablesAsync("folder", [First, Second], None));
        Assert.Equal([7], await ReadAsync(r => r.QueryAsync<int>("select more from kept", null, None)));
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() =>
            WriteAsync(t => t.UpgradeTablesAsync("folder", [First], None)));
        Assert.Equal("record-schema-newer", refused.Code);
    }

    [StoreFact]
    public async Task Tables_that_a_projection_kept_before_are_adopted_with_their_rows()
    {
        const string Old = "create table if not exists read_so_far (origin text primary key, next bigint not null)";
        Assert.True(await EnsureAsync(Old));
        await WriteAsync(t => t.ExecuteAsync("insert into read_so_far values ('af', 12)", null, None));
        await WriteAsync(t => t.UpgradeTablesAsync("peers", [Old], None));
        Assert.Equal([12L], await ReadAsync(r => r.QueryAsync<long>("select next from read_so_far", null, None)));
    }

    [StoreFact]
    public async Task A_schema_is_made_once_and_made_anew_and_empty_when_its_text_changes()
    {
        Assert.True(await EnsureAsync(Schema));
        await InsertAsync(new("a", 1, 2, true, [3]));
        Assert.False(await EnsureAsync(Schema));
        Assert.Single(await AllAsync());
        await ReopenAsync();
        Assert.False(await EnsureAsync(Schema));
        Assert.Single(await AllAsync());
        Assert.True(await EnsureAsync(Schema.Replace("big bigint", "big bigint, more text", StringComparison.Ordinal)));
        Assert.Empty(await AllAsync());
    }

    [StoreFact]
    public async Task A_schema_whose_filling_fails_was_never_made()
    {
        await Assert.ThrowsAsync<FormatException>(() => WriteAsync(async t =>
        {
            await t.EnsureSchemaAsync("board", Schema, None);
            throw new FormatException("the filling is wrong");
        }));
        Assert.True(await EnsureAsync(Schema));
    }

    [StoreFact]
    public async Task Values_come_back_as_they_went_in_nulls_included()
    {
        await EnsureAsync(Schema);
        var full = new Line("a'; drop table board; --", long.MinValue, int.MaxValue, true, [0, 255]);
        var bare = new Line("b", null, 0, false, null);
        await InsertAsync(full);
        await InsertAsync(bare);
        Assert.Equivalent(new[] { full, bare }, await AllAsync(), strict: true);
    }

    [StoreFact]
    public async Task Rows_become_single_values_enums_and_settable_properties()
    {
        await EnsureAsync(Schema);
        await InsertAsync(new("a", null, 7, true, [1]));
        await InsertAsync(new("b", 5, 7, false, []));
        Assert.Equal([2], await ReadAsync(r => r.QueryAsync<int>("select count(*) from board", null, None)));
        Assert.Equal([14], await ReadAsync(r => r.QueryAsync<long>("select sum(small) from board", null, None)));
        Assert.Equal([null, 5], await ReadAsync(r =>
            r.QueryAsync<long?>("select big from board order by name", null, None)));
        Assert.Equal([true], await ReadAsync(r =>
            r.QueryAsync<bool>("select flag from board where flag = @Flag", new { Flag = true }, None)));
        var rows = await ReadAsync(r => r.QueryAsync<Settable>(
            "select name, small as small_number from board where small = @Lane order by name",
            new { Lane = Lane.Red }, None));
        Assert.Equal([("a", Lane.Red, "unset"), ("b", Lane.Red, "unset")],
            rows.Select(r => (r.Name, r.SmallNumber, r.Other)));
    }

    [StoreFact]
    public async Task A_list_stands_for_its_values_and_an_empty_one_for_none()
    {
        await EnsureAsync(Schema);
        foreach (var name in new[] { "a", "b", "c" }) await InsertAsync(new(name, null, 0, false, null));
        Assert.Equal(["a", "c"], await NamesAsync("a", "c", "x"));
        Assert.Empty(await NamesAsync());

        Task<IReadOnlyList<string>> NamesAsync(params string[] names) => ReadAsync(r => r.QueryAsync<string>(
            "select name from board where name in @Names order by name", new { Names = names, Unused = 1 }, None));
    }

    [StoreFact]
    public async Task A_column_that_is_missing_or_null_where_it_may_not_be_is_named()
    {
        await EnsureAsync(Schema);
        await InsertAsync(new("a", null, 0, false, null));
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ReadAsync(r => r.QueryAsync<Line>("select name, big from board", null, None)));
        Assert.Contains("Small", missing.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ReadAsync(r => r.QueryAsync<long>("select big from board", null, None)));
    }

    Task<bool> EnsureAsync(string sql) => Record.WriteAsync(t => t.EnsureSchemaAsync("board", sql, None), None);

    Task InsertAsync(Line line) => WriteAsync(t => t.ExecuteAsync(
        "insert into board (name, big, small, flag, bytes) values (@Name, @Big, @Small, @Flag, @Bytes)", line, None));

    Task<IReadOnlyList<Line>> AllAsync() => ReadAsync(r =>
        r.QueryAsync<Line>("select name, big, small, flag, bytes from board order by name", null, None));
}
