using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Rahdari.Storage.Sql;

/// <summary>
/// Binds <c>@Name</c> from the properties of an object, or by the names of a dictionary, the same way on both engines:
/// booleans and enums as whole numbers, a list as <c>(@Name0, @Name1, ...)</c>. A nullable property keeps its type when
/// it is null.
/// </summary>
sealed partial class ArgumentBinder
{
    // SQLite takes 32,766 parameters in a statement and PostgreSQL 65,535; no query here needs a hundredth of it.
    const int MaxListLength = 1000;

    readonly ConcurrentDictionary<Type, PropertyInfo[]> properties = new();

    public void Bind(DbCommand command, object? args)
    {
        if (args is null) return;
        if (args is IReadOnlyDictionary<string, object> named)
        {
            foreach (var (name, value) in named) Add(command, name, value, value.GetType());
            return;
        }
        foreach (var property in properties.GetOrAdd(args.GetType(), t => t.GetProperties()))
        {
            var value = property.GetValue(args);
            if (value is IEnumerable list and not string and not byte[]) Expand(command, property.Name, list);
            else Add(command, property.Name, value, property.PropertyType);
        }
    }

    static void Expand(DbCommand command, string name, IEnumerable list)
    {
        var names = new List<string>();
        foreach (var item in list)
        {
            if (names.Count == MaxListLength)
                throw new ArgumentException($"{name} has more than {MaxListLength} values");
            var one = $"{name}_{names.Count.ToString(CultureInfo.InvariantCulture)}";
            Add(command, one, item, item.GetType());
            names.Add("@" + one);
        }
        var text = names.Count == 0 ? "(select null where 1 = 0)" : $"({string.Join(", ", names)})";
        command.CommandText = Placeholders().Replace(command.CommandText,
            m => m.ValueSpan[1..].Equals(name, StringComparison.OrdinalIgnoreCase) ? text : m.Value);
    }

    static void Add(DbCommand command, string name, object? value, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = bare switch
        {
            _ when bare == typeof(string) => DbType.String,
            _ when bare == typeof(byte[]) => DbType.Binary,
            _ when bare == typeof(long) || bare == typeof(uint) || bare.IsEnum => DbType.Int64,
            _ when bare == typeof(int) || bare == typeof(bool) || bare == typeof(short) || bare == typeof(byte)
                => DbType.Int32,
            _ => throw new ArgumentException($"{name} is a {bare.Name}; storage takes numbers, strings and bytes"),
        };
        parameter.Value = value switch
        {
            null => DBNull.Value,
            bool or short or byte => Convert.ToInt32(value, CultureInfo.InvariantCulture),
            Enum or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            _ => value,
        };
        command.Parameters.Add(parameter);
    }

    [GeneratedRegex("@[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Placeholders();
}
