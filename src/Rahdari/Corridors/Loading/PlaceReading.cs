using Rahdari.Parties;

namespace Rahdari.Corridors.Loading;

/// <summary>A named point of the pack, known by its slug; its catalogue key is <c>place.SLUG</c>.</summary>
sealed record Place(string NameKey, GeoCoordinate Position, int AccuracyMetres);

/// <summary>Reads <c>places.yaml</c>, <c>offices.yaml</c> and <c>crossings.yaml</c>.</summary>
sealed class PlaceReading(Layers layers, IReadOnlyList<AdministrationId> administrations)
{
    // The size of a large city; an area of action beyond it would be no area.
    const int LargestZoneMetres = 50_000;

    readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);

    public void ReadPlaces()
    {
        foreach (var (slug, _, map) in layers.Items("places.yaml", "places"))
        {
            layers.Validity(map);
            places[slug] = new(
                $"place.{slug}", new(map.Degrees("latitude", 90), map.Degrees("longitude", 180)),
                map.Int("accuracyMetres", 1, 100_000));
            map.Done();
        }
    }

    /// <summary>The place a key names; a stand-in where there is none (noted).</summary>
    public Place Find(YamlMap map, string key)
    {
        var slug = map.Text(key);
        if (places.TryGetValue(slug, out var place)) return place;
        if (slug != "") map.Fault($"'{key}' names the unknown place '{slug}'", key);
        return new($"place.{slug}", default, 1);
    }

    /// <summary>Every place read, by its slug.</summary>
    public Dictionary<string, Place> All() => new(places, StringComparer.Ordinal);

    public bool Knows(string slug) => places.ContainsKey(slug);

    public Place this[string slug] => places[slug];

    public IReadOnlyList<Office> ReadOffices()
    {
        var offices = new List<Office>();
        foreach (var (_, _, map) in layers.Items("offices.yaml", "offices"))
        {
            var id = map.Parse<OfficeId>("id", "an office like pk:TORKHAM");
            var place = Find(map, "place");
            if (id.Code is not null && !administrations.Contains(id.Administration))
                map.Fault($"'{id.Administration}' is none of the pack's administrations", "id");
            var radius = map.Int("zoneRadiusMetres", 100, LargestZoneMetres);
            if (radius < place.AccuracyMetres)
                map.Fault(
                    $"the zone is narrower than the place's accuracy ({place.AccuracyMetres} m)", "zoneRadiusMetres");
            var office = new Office(
                id, place.NameKey, place.Position, Zone(map), Roles(map), map.OptionalText("unLocode"), radius,
                Hours(map))
            {
                Validity = layers.Validity(map),
                AccuracyMetres = place.AccuracyMetres,
            };
            map.Done();
            offices.Add(office);
        }
        // What no officer does is signed in the name of the side's control room.
        foreach (var side in administrations)
            if (!offices.Any(o => o.Id.Administration == side && o.Roles.Contains(OfficeRole.ControlRoom)))
                layers.Root(0, "offices.yaml")?.Fault(
                    $"'{side}' has no office with the role 'control-room'", "offices");
        return offices;
    }

    public IReadOnlyList<Crossing> ReadCrossings(IReadOnlyList<Office> offices)
    {
        var crossings = new List<Crossing>();
        foreach (var (code, _, map) in layers.Items("crossings.yaml", "crossings", "code"))
        {
            var place = Find(map, "place");
            var exit = OfficeRef(map, "exitOffice", offices, OfficeRole.Exit);
            var entry = OfficeRef(map, "entryOffice", offices, OfficeRole.Entry);
            if (exit.Code is not null && exit.Administration == entry.Administration)
                map.Fault("exit and entry office must belong to different administrations", "entryOffice");
            crossings.Add(new(code, place.NameKey, exit, entry, place.Position)
            {
                Validity = layers.Validity(map),
                AccuracyMetres = place.AccuracyMetres,
            });
            map.Done();
        }
        return crossings;
    }

    /// <summary>An office of the pack that has the role.</summary>
    public static OfficeId OfficeRef(YamlMap map, string key, IReadOnlyList<Office> offices, OfficeRole role)
    {
        var id = map.Parse<OfficeId>(key, "an office like pk:TORKHAM");
        if (id.Code is null) return id;
        CheckRole(map, key, id, offices, role);
        return id;
    }

    public static void CheckRole(YamlMap map, string key, OfficeId id, IReadOnlyList<Office> offices, OfficeRole role)
    {
        if (offices.FirstOrDefault(o => o.Id == id) is not { } office)
            map.Fault($"'{key}' names the unknown office '{id}'", key);
        else if (!office.Roles.Contains(role))
            map.Fault($"office '{id}' has not the role '{role.Slug()}'", key);
    }

    static string Zone(YamlMap map)
    {
        var zone = map.Text("zone");
        if (zone != "" && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            map.Fault($"'zone' must be an IANA zone, not '{zone}'", "zone");
        return zone;
    }

    static IReadOnlyList<OfficeRole> Roles(YamlMap map)
    {
        var roles = new List<OfficeRole>();
        foreach (var slug in map.Strings("roles"))
        {
            var found = Enum.GetValues<OfficeRole>().Where(r => r.Slug() == slug).ToList();
            if (found.Count == 0) map.Fault($"'{slug}' is no role of an office", "roles");
            else roles.Add(found[0]);
        }
        if (roles.Count == 0) map.Fault("'roles' must name at least one role", "roles");
        return roles;
    }


    Dated<OpeningHours> Hours(YamlMap map)
    {
        var rows = new List<(DatedValue<OpeningHours>, YamlMap)>();
        foreach (var row in map.Maps("hours"))
        {
            var validity = layers.Validity(row);
            var days = row.ParseAll<int>("days", "ISO days from 1 (Monday) to 7");
            if (days.Count == 0 || days.Any(d => d is < 1 or > 7))
                row.Fault("'days' must hold ISO days from 1 (Monday) to 7", "days");
            var hours = new OpeningHours(days, Clock(row, "opens"), Clock(row, "closes"));
            rows.Add((new(hours, validity.From, validity.Until, validity.Source), row));
            row.Done();
        }
        return Layers.Ordered(rows);
    }

    static TimeOnly Clock(YamlMap map, string key)
    {
        var text = map.Text(key);
        if (TimeOnly.TryParseExact(text, "HH:mm", out var time)) return time;
        if (text != "") map.Fault($"'{key}' must be a time like 08:00, not '{text}'", key);
        return default;
    }
}
