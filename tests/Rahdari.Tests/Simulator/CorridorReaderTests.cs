using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

public sealed class CorridorReaderTests
{
    [Fact]
    public void The_shipped_corridor_is_read_as_a_node_answers_it()
    {
        var corridor = ShippedCorridor.Whole;
        Assert.Equal("pk-af", corridor.Id);
        Assert.Contains("departure", corridor.FindOffice("pk:KARACHI")!.Roles);
        Assert.Equal("Asia/Kabul", corridor.FindOffice("af:TORKHAM")!.Zone);
        Assert.Equal("af:TORKHAM", corridor.FindCrossing("TORKHAM")!.EntryOffice);
        var route = corridor.Routes.Single(r => r.Id == "karachi-torkham");
        Assert.Equal(route.Legs.Sum(l => l.Line.Count) - route.Legs.Count + 1, route.Line.Count);
        Assert.All(route.Stops, s => Assert.True(s.LimitMinutes > 0 && s.RadiusMetres > 0));
    }

    [Theory]
    [InlineData("offices")]
    [InlineData("id")]
    public void What_is_missing_is_named(string name)
    {
        var json = JsonNode.Parse(ShippedCorridor.Json)!.AsObject();
        json.Remove(name);
        var problem = Assert.Throws<FormatException>(
            () => CorridorReader.Read(JsonSerializer.SerializeToElement(json)));
        Assert.StartsWith(name + ":", problem.Message);
    }

    [Fact]
    public void A_point_that_is_none_is_named()
    {
        var json = JsonNode.Parse(ShippedCorridor.Json)!;
        json["routes"]![0]!["legs"]![0]!["line"]![0] = "here";
        var problem = Assert.Throws<FormatException>(
            () => CorridorReader.Read(JsonSerializer.SerializeToElement(json)));
        Assert.StartsWith("line:", problem.Message);
    }
}
