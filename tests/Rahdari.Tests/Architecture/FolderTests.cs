using System.Reflection;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Movements;
using Rahdari.Simulator;
using Rahdari.Storage;

namespace Rahdari.Tests.Architecture;

/// <summary>The folders keep what the design says they keep, checked on the compiled assemblies.</summary>
public sealed class FolderTests
{
    static readonly Assembly Product = typeof(NodeSettings).Assembly;

    [Theory]
    [InlineData(typeof(Hash), "")]
    [InlineData(typeof(IDeviceProtocol), "")]
    [InlineData(typeof(IRecordStore), "")]
    [InlineData(typeof(SimulationOptions), "Rahdari.Devices")]
    public void A_library_knows_only_what_it_may(Type inside, string allowed)
    {
        var ours = inside.Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => n.StartsWith("Rahdari", StringComparison.Ordinal) || n == "rahdari").ToList();
        Assert.Equal(allowed.Length == 0 ? [] : new List<string> { allowed }, ours);
    }

    [Fact]
    public void The_ledger_needs_no_package()
    {
        var others = typeof(Hash).Assembly.GetReferencedAssemblies()
            .Where(a => !a.Name!.StartsWith("System.", StringComparison.Ordinal) && a.Name != "System");
        Assert.Empty(others);
    }

    [Fact]
    public void The_stages_of_a_movement_are_folders_of_those_names()
    {
        var folder = Path.Combine(Checkout.Root, "src", "Rahdari", "Movements");
        var named = Movement.Stages.Concat(Movement.OffTheWay).Where(s =>
            !s.Contains('/')).Order(StringComparer.Ordinal);
        var folders = Directory.GetDirectories(folder).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);
        Assert.Equal(named, folders);
    }

    [Fact]
    public void In_stage_folders_only_pages_and_endpoints_use_the_web()
    {
        var wrong = StageTypes().Where(t => !IsPageOrEndpoint(t))
            .Where(t => Uses(t).Any(u =>
                u.Namespace?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == true))
            .Select(t => t.FullName);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Decisions_use_neither_storage_nor_a_clock()
    {
        var deciding = Product.GetTypes().Where(t => t.GetMethods(All).Any(m => m.Name == "Decide")).ToList();
        Assert.NotEmpty(deciding);
        var wrong = deciding.Where(t => Uses(t).Any(u => u.Assembly == typeof(IRecordStore).Assembly
            || u == typeof(CorridorClock) || u == typeof(TimeProvider))).Select(t => t.FullName);
        Assert.Empty(wrong);
    }

    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    static IEnumerable<Type> StageTypes() => Product.GetTypes().Where(t => t.Namespace is { } n
        && (n.StartsWith("Rahdari.Movements.", StringComparison.Ordinal)
            || n.StartsWith("Rahdari.Telemetry.Judging", StringComparison.Ordinal)));

    static bool IsPageOrEndpoint(Type type)
    {
        // Parts of pages are components too; what decides is never one.
        if (typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type)) return true;
        for (var t = type; t is not null; t = t.DeclaringType)
            if (t.Name.EndsWith("Page", StringComparison.Ordinal)
                || t.Name.EndsWith("Endpoint", StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>The types in fields, signatures and local variables.</summary>
    static IEnumerable<Type> Uses(Type type) =>
        type.GetFields(All).Select(f => f.FieldType)
            .Concat(type.GetMethods(All).SelectMany(m => m.GetParameters().Select(p =>
                p.ParameterType).Append(m.ReturnType)
                .Concat(m.GetMethodBody()?.LocalVariables.Select(v => v.LocalType) ?? [])))
            .Concat(type.GetConstructors(All).SelectMany(c => c.GetParameters().Select(p => p.ParameterType)))
            .SelectMany(t => t.IsGenericType ? t.GetGenericArguments().Append(t) : [t]);
}
