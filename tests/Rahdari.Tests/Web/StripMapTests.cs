using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class StripMapTests
{
    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    static readonly CorridorGeometry Torkham = new(Pack.FindRoute("karachi-torkham")!);

    [Fact]
    public void Places_stand_in_order_and_never_closer_than_a_line_of_text()
    {
        var places = StripMap.Draw(Torkham, Pack, []).Places;
        Assert.Equal(Torkham.Route.Legs.Count + 1, places.Count);
        foreach (var (a, b) in places.Zip(places.Skip(1)))
        {
            Assert.True(b.Kilometre > a.Kilometre, b.NameKey);
            Assert.True(b.Y - a.Y >= StripMap.TextStep - 1e-9, b.NameKey);
        }
    }

    [Fact]
    public void A_unit_stands_between_the_places_it_is_between()
    {
        var places = StripMap.Draw(Torkham, Pack, []).Places;
        var middle = (places[3].Kilometre + places[4].Kilometre) / 2.0;
        var mark = Assert.Single(StripMap.Draw(Torkham, Pack, [Unit(1, middle)]).Marks);
        Assert.InRange(mark.Y, places[3].Y, places[4].Y);
    }

    [Theory]
    [InlineData(-50)]
    [InlineData(99_999)]
    public void A_unit_beyond_the_ends_stands_at_the_end(double kilometre)
    {
        var map = StripMap.Draw(Torkham, Pack, [Unit(1, kilometre)]);
        Assert.InRange(map.Marks[0].Y, map.Places[0].Y, map.Places[^1].Y);
    }

    [Fact]
    public void Labels_of_many_units_at_one_gate_do_not_cover_each_other_and_stay_on_the_drawing()
    {
        var map = StripMap.Draw(Torkham, Pack, Enumerable.Range(1, 99).Select(n => Unit(n, 1300)));
        foreach (var (a, b) in map.Marks.Zip(map.Marks.Skip(1)))
            Assert.True(b.LabelY - a.LabelY >= StripMap.LabelStep - 1e-9);
        Assert.True(map.Marks[^1].LabelY < map.Height);
    }

    [Fact]
    public void What_is_off_the_corridor_or_has_an_alert_has_a_shape_and_a_word_of_its_own()
    {
        Assert.Equal(4, StripShape.All.Select(s => (s.Path, s.Class)).Distinct().Count());
        Assert.Equal(3, StripShape.All.Select(s => s.Path).Distinct().Count());
        // The two triangles differ by being filled, which the class says.
        Assert.NotEqual(new StripShape(true, true).Class, new StripShape(false, true).Class);
        foreach (var language in Catalogues.Languages)
        {
            var texts = Catalogues.Load().Find(language.Tag)!;
            Assert.Equal(4, StripShape.All.Select(s => texts[s.TextKey]).Distinct().Count());
            Assert.All(StripShape.All, s => Assert.True(texts.Has(s.TextKey), s.TextKey));
        }
    }

    static StripUnit Unit(int number, double kilometre) =>
        new(new(new Mrn("26PKKHI000000123M9"), number), kilometre, Off: false, HasAlert: false);
}
