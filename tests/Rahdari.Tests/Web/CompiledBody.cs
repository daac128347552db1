using System.Reflection;
using System.Reflection.Emit;

namespace Rahdari.Tests.Web;

/// <summary>What a compiled method says and calls.</summary>
static class CompiledBody
{
    /// <summary>The members a type has of itself.</summary>
    public const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>Its string constants and the methods it calls or refers to, each as it comes in the code; null where it
    /// has no body.</summary>
    public static IReadOnlyList<object>? Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) return null;
        var found = new List<object>();
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? Codes[unchecked((short)(0xFE00 | il[at + 1]))] : Codes[il[at]];
            var operand = at + code.Size;
            at = operand + SizeOf(code, il, operand);
            if (code == OpCodes.Ldstr) found.Add(method.Module.ResolveString(BitConverter.ToInt32(il, operand)));
            else if (code.OperandType == OperandType.InlineMethod
                && Resolve(method, BitConverter.ToInt32(il, operand)) is { } called) found.Add(called);
        }
        return found;
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
