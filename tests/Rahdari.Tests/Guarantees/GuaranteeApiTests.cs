using System.Net;
using Rahdari.Guarantees;
using Rahdari.Storage;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Guarantees;

public sealed class GuaranteeApiTests : IAsyncLifetime
{
    ApiNode node = null!;

    public async Task InitializeAsync() => node = await ApiNode.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task A_guarantee_is_registered_once_and_read_back()
    {
        var made = await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        Assert.Equal(1_000_000_000, made.Body!["free"]!["minor"]!.GetValue<long>());
        var read = await node.GetAsync($"/api/v1/guarantees/{Scene.Grn}");
        Assert.Equal(made.Body.ToJsonString(), read.Body!.ToJsonString());
        Assert.DoesNotContain("7Q4X", read.Body.ToJsonString());
        Assert.Single((await node.GetAsync("/api/v1/guarantees")).Body!["items"]!.AsArray());
        var again = await node.PostAsync("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        Assert.Equal((HttpStatusCode.Conflict, "grn-exists"), (again.Status, again.Code));
    }

    [Fact]
    public async Task Wrong_input_and_unknown_numbers_are_named()
    {
        var wrong = Scene.Grn.Value[..16] + (char)('0' + (Scene.Grn.Value[16] - '0' + 1) % 10);
        var answer = await node.PostAsync("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee(wrong));
        Assert.Equal((HttpStatusCode.BadRequest, "input-check-digit", "grn"),
            (answer.Status, answer.Code, answer.Field));
        answer = await node.PostAsync("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee(limit: -1));
        Assert.Equal((HttpStatusCode.BadRequest, "input-negative", "limit.minor"),
            (answer.Status, answer.Code, answer.Field));
        Assert.Equal("guarantee-unknown", (await node.GetAsync($"/api/v1/guarantees/{Scene.Grn}")).Code);
    }

    [Fact]
    public async Task A_called_lock_moves_from_locked_to_called_and_a_board_that_differs_is_found()
    {
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = (await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration))
            .Body!["mrn"]!.GetValue<string>();
        await node.Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        await node.Created($"/api/v1/guarantees/{Scene.Grn}/calls", Scene.Karachi,
            $$"""{"unit":"{{mrn}}/1","reason":"not arrived"}""");
        var account = (await node.GetAsync($"/api/v1/guarantees/{Scene.Grn}")).Body!;
        Assert.Equal((1_500_001L, 1_500_000L),
            (account["called"]!["minor"]!.GetValue<long>(), account["locked"]!["minor"]!.GetValue<long>()));
        Assert.Empty(await GuaranteeBooks.CheckAsync(node.Desk, Scene.Pk, default));

        await node.Get<IRecordStore>().WriteAsync(
            t => t.ExecuteAsync("update guarantee_balance set free_minor = free_minor + 1", null, default), default);
        Assert.Equal("board-differs",
            Assert.Single(await GuaranteeBooks.CheckAsync(node.Desk, Scene.Pk, default)).Code);
    }
}
