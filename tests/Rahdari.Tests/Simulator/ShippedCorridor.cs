using System.Text.Json;
using Rahdari.Corridors;
using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

/// <summary>The corridor of <c>corridors/pk-af</c> as a node answers it and as the simulator reads it.</summary>
static class ShippedCorridor
{
    public static readonly string Json = JsonSerializer.Serialize(
        CorridorEndpoint.Answer(
            CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow(), "en"),
        JsonSerializerOptions.Web);

    public static readonly SimulatedCorridor Whole =
        CorridorReader.Read(JsonSerializer.Deserialize<JsonElement>(Json));
}
