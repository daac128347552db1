using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Rahdari.Transparency;

/// <summary>
/// What an event's data must have to be read as its type: every member that is neither optional nor sealed, and lists
/// without holes. What another administration signs can lack any of it; then it is an event of an unknown shape, and no
/// code of ours meets a missing number or a null where its types promise a value.
/// </summary>
static class EventShape
{
    /// <summary>A modifier of the codec's type information.</summary>
    public static void Demand(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        foreach (var property in type.Properties)
        {
            property.IsRequired =
                property.AssociatedParameter is { IsNullable: false } && !IsSealed(property.PropertyType);
        }
        if (type.Properties.Any(p => IsList(p.PropertyType))) type.OnDeserialized = value => CheckLists(type, value);
    }

    static void CheckLists(JsonTypeInfo type, object value)
    {
        foreach (var property in type.Properties.Where(p => IsList(p.PropertyType)))
        {
            if (property.Get!(value) is not IEnumerable list) continue;
            foreach (var item in list)
                if (item is null) throw new JsonException($"{property.Name} has an item that is null");
        }
    }

    static bool IsSealed(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sealed<>);

    static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
}
