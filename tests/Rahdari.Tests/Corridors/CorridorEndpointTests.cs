using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Web;

namespace Rahdari.Tests.Corridors;

public sealed class CorridorEndpointTests
{
    [Fact]
    public async Task The_drawn_corridor_is_answered_in_the_form_agreed()
    {
        var pack = CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(pack).AddSingleton(Catalogues.Load()).AddCorridors();
        await using var app = builder.Build();
        app.MapCorridors();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };

        using var answer = await http.GetAsync("/api/v1/corridor");
        var corridor = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal($"\"{pack.Hash}\"", answer.Headers.ETag!.Tag);
        Assert.Equal(("pk-af", pack.Hash), (Text(corridor, "id"), Text(corridor, "hash")));
        var office = corridor.GetProperty("offices").EnumerateArray().Single(o => Text(o, "id") == "pk:CMCR");
        Assert.Equal("control-room", office.GetProperty("roles")[0].GetString());
        Assert.Equal(("Karachi", "Asia/Karachi"), (Text(office, "name"), Text(office, "zone")));
        var crossing = corridor.GetProperty("crossings").EnumerateArray().Single(c => Text(c, "code") == "TORKHAM");
        Assert.Equal(("pk:TORKHAM", "af:TORKHAM"), (Text(crossing, "exitOffice"), Text(crossing, "entryOffice")));
        var route = corridor.GetProperty("routes").EnumerateArray().Single(r => Text(r, "id") == "karachi-torkham");
        Assert.Equal(28, route.GetProperty("legs").GetArrayLength());
        var leg = route.GetProperty("legs")[1];
        Assert.Equal(("Malir Cantonment", "Jamshoro"), (Text(leg, "from"), Text(leg, "to")));
        Assert.Equal([24.94343, 67.20591], leg.GetProperty("line")[0].EnumerateArray().Select(v => v.GetDouble()));
        Assert.True(leg.GetProperty("halfWidthMetres").GetInt32() >= leg.GetProperty("accuracyMetres").GetInt32());
        Assert.Equal(480, route.GetProperty("stops")[0].GetProperty("limitMinutes").GetInt32());

        using var urdu = await http.GetAsync("/api/v1/corridor?language=ur");
        var named = (await urdu.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("crossings").EnumerateArray();
        Assert.Equal(pack.NameOf("place.torkham", "ur"), Text(named.Single(c => Text(c, "code") == "TORKHAM"),
            "name"));
        Assert.NotEqual(answer.Headers.ETag.Tag, urdu.Headers.ETag!.Tag);
        using var unknown = await http.GetAsync("/api/v1/corridor?language=xx");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
