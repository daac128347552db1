using System.Reflection;

namespace Rahdari.Tests.Web;

/// <summary>One compiled method: the string constants it holds and the methods it calls.</summary>
sealed record MethodStrings(MethodBase Method, IReadOnlyList<string> Strings, IReadOnlySet<MethodBase> Calls);

/// <summary>The string constants of a whole assembly, as compiled: what a program can say at all.</summary>
static class ProgramStrings
{
    /// <summary>Every method with a body, those of closures and state machines included.</summary>
    public static IReadOnlyList<MethodStrings> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .SelectMany(t => t.GetMethods(CompiledBody.Own).Cast<MethodBase>()
                .Concat(t.GetConstructors(CompiledBody.Own)))
            .Select(Read).OfType<MethodStrings>(),
    ];

    static MethodStrings? Read(MethodBase method) => CompiledBody.Of(method) is { } body
        ? new(method, [.. body.OfType<string>()], body.OfType<MethodBase>().ToHashSet())
        : null;
}
