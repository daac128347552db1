using Rahdari.Devices;

namespace Rahdari.Tests.Devices;

public sealed class RegistryTests
{
    [Fact]
    public void The_order_that_fixes_the_ports_is_the_published_one() => Assert.Equal(
        "jt600 teltonika jt808 eseal gt06 queclink ruptela meitrack galileosky osmand wialon",
        string.Join(' ', Registry.Order));

    [Fact]
    public void Every_built_protocol_has_its_place_and_is_found_by_name() => Assert.All(
        Registry.Protocols,
        p =>
        {
            Assert.Equal(p.Name, Registry.Order[Registry.PortIndex(p)]);
            Assert.Same(p, Registry.Find(p.Name));
        });

    [Fact]
    public void Second_names_are_known_too()
    {
        Assert.True(Registry.IsKnown("gl200"));
        Assert.True(Registry.IsKnown("galileo"));
        Assert.False(Registry.IsKnown("morse"));
    }
}
