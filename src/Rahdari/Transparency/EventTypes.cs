using System.Reflection;

namespace Rahdari.Transparency;

/// <summary>Every event type this build knows, by its name in the log and version.</summary>
static class EventTypes
{
    static readonly Dictionary<Type, EventTypeAttribute> ByClass = typeof(EventTypes).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(EventBody)) && !t.IsAbstract)
        .ToDictionary(t => t, t => t.GetCustomAttribute<EventTypeAttribute>()
            ?? throw new InvalidOperationException($"{t.Name} has no event type name"));

    static readonly Dictionary<(string, int), Type> ByName =
        ByClass.ToDictionary(p => (p.Value.Name, p.Value.Version), p => p.Key);

    public static IEnumerable<KeyValuePair<Type, EventTypeAttribute>> All => ByClass;

    public static EventTypeAttribute Of(EventBody body) => ByClass[body.GetType()];

    public static Type? Find(string name, int version) =>
        ByName.TryGetValue((name, version), out var type) && type != typeof(UnknownEvent) ? type : null;
}
