using System.Reflection;
using System.Reflection.Emit;

namespace Rahdari.Tests.Web;

/// <summary>One compiled method: the string constants it holds and the methods it calls.</summary>
sealed record MethodStrings(MethodBase Method, IReadOnlyList<string> Strings, IReadOnlySet<MethodBase> Calls);

/// <summary>The string constants of a whole assembly, as compiled: what a program can say at all.</summary>
static class ProgramStrings
{
    const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>Every method with a body, those of closures and state machines included.</summary>
    public static IReadOnlyList<MethodStrings> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes().SelectMany(t => t.GetMethods(All).Cast<MethodBase>().Concat(t.GetConstructors(All)))
            .Select(Read).OfType<MethodStrings>(),
    ];

    static MethodStrings? Read(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) return null;
        var (strings, calls) = (new List<string>(), new HashSet<MethodBase>());
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? Codes[unchecked((short)(0xFE00 | il[at + 1]))] : Codes[il[at]];
            var operand = at + code.Size;
            at = operand + SizeOf(code, il, operand);
            if (code == OpCodes.Ldstr) strings.Add(method.Module.ResolveString(BitConverter.ToInt32(il, operand)));
            else if (code.OperandType == OperandType.InlineMethod
                && Resolve(method, BitConverter.ToInt32(il, operand)) is { } called) calls.Add(called);
        }
        return new(method, strings, calls);
    }

    static MethodBase? Resolve(MethodBase method, int token) => method.Module.ResolveMethod(
        token, method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    static int SizeOf(OpCode code, byte[] il, int operand) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, operand),
        _ => 4,
    };
}
