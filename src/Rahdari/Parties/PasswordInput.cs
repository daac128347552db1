using System.Text;

namespace Rahdari.Parties;

/// <summary>Passwords come from a file, from a pipe, or from a person who types them twice; never from an argument,
/// which other users of the machine could read.</summary>
static class PasswordInput
{
    /// <summary>Null where what was typed differs; the first line of a file or pipe, without its end.</summary>
    public static async Task<string?> ReadAsync(string? file, CancellationToken cancel)
    {
        if (file is not null and not "-") return FirstLine(await File.ReadAllTextAsync(file, cancel));
        if (file == "-" || Console.IsInputRedirected) return FirstLine(await Console.In.ReadToEndAsync(cancel));
        var first = Type("Password: ");
        return first == Type("Again: ") ? first : null;
    }

    static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');

    static string Type(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key =
            Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
