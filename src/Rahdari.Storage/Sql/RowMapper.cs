using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace Rahdari.Storage.Sql;

/// <summary>
/// Maps rows to values: a single column to a number, string or byte array; several columns to a type's longest
/// constructor, then to its settable properties, by name without underscores and case. Whole numbers are converted to
/// the asked width (checked), to booleans (0 is false) and to enums; the engines differ in what they return.
/// </summary>
sealed class RowMapper
{
    readonly ConcurrentDictionary<Type, Plan> plans = new();

    public async Task<IReadOnlyList<T>> ReadAsync<T>(DbDataReader reader, CancellationToken cancel)
    {
        var rows = new List<T>();
        if (IsScalar(typeof(T)))
        {
            while (await reader.ReadAsync(cancel)) rows.Add((T)Convert(reader.GetValue(0), typeof(T), "the column")!);
            return rows;
        }
        var bound = plans.GetOrAdd(typeof(T), Plan.Of).Bind(reader);
        while (await reader.ReadAsync(cancel)) rows.Add((T)bound.Make(reader));
        return rows;
    }

    static bool IsScalar(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare.IsPrimitive || bare.IsEnum || bare == typeof(string) || bare == typeof(byte[]);
    }

    static object? Convert(object value, Type type, string name)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (value is DBNull)
            return !type.IsValueType || bare != type
                ? null
                : throw new InvalidOperationException($"{name} is null but {type.Name} is asked for");
        if (bare.IsInstanceOfType(value)) return value;
        if (bare.IsEnum) return Enum.ToObject(bare, System.Convert.ToInt64(value, CultureInfo.InvariantCulture));
        return System.Convert.ChangeType(value, bare, CultureInfo.InvariantCulture);
    }

    /// <summary>How a type is made, before the columns are known.</summary>
    sealed record Plan(ConstructorInfo Constructor, ParameterInfo[] Parameters, PropertyInfo[] Properties)
    {
        public static Plan Of(Type type)
        {
            var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(c => !(c.GetParameters() is [var only] && only.ParameterType == type))
                .MaxBy(c => c.GetParameters().Length)
                ?? throw new InvalidOperationException($"{type.Name} has no constructor");
            var parameters = constructor.GetParameters();
            var taken = parameters.Select(p => Plain(p.Name!)).ToHashSet();
            return new(constructor, parameters,
                [.. type.GetProperties().Where(p => p.CanWrite && !taken.Contains(Plain(p.Name)))]);
        }

        public Bound Bind(DbDataReader reader)
        {
            var columns = new Dictionary<string, int>();
            for (var i = 0; i < reader.FieldCount; i++) columns[Plain(reader.GetName(i))] = i;
            var ordinals = Array.ConvertAll(Parameters, p => columns.TryGetValue(Plain(p.Name!), out var at)
                ? at
                : p.HasDefaultValue ? -1
                : throw new InvalidOperationException($"no column for {p.Name} of {Constructor.DeclaringType!.Name}"));
            var settable = Properties.Where(p => columns.ContainsKey(Plain(p.Name)))
                .Select(p => (p, columns[Plain(p.Name)])).ToArray();
            return new(this, ordinals, settable);
        }

        static string Plain(string name) =>
            name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
    }

    /// <summary>A plan with its column numbers; -1 takes the parameter's default.</summary>
    sealed record Bound(Plan Plan, int[] Ordinals, (PropertyInfo Property, int Ordinal)[] Settable)
    {
        public object Make(DbDataReader reader)
        {
            var values = new object?[Ordinals.Length];
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = Plan.Parameters[i];
                values[i] = Ordinals[i] < 0
                    ? parameter.DefaultValue
                    : Convert(reader.GetValue(Ordinals[i]), parameter.ParameterType, parameter.Name!);
            }
            var made = Plan.Constructor.Invoke(values);
            foreach (var (property, ordinal) in Settable)
                property.SetValue(made, Convert(reader.GetValue(ordinal), property.PropertyType, property.Name));
            return made;
        }
    }
}
