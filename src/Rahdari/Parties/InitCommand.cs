using System.CommandLine;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Parties;

/// <summary><c>rahdari init</c>: makes a new node's first administrator, who makes all other users.</summary>
static class InitCommand
{
    public static Command Build()
    {
        var options = new NodeOptions();
        var name = new Argument<string>("NAME") { Description = "The administrator's name." };
        var office = new Option<string>("--office")
        {
            Description = "The office, for example pk:TORKHAM.",
            Required = true,
        };
        var password = UserCommand.PasswordFile();
        var command = new Command("init", "Makes the first administrator of a new node.") { name, office, password };
        return options.Wire(command, async (parsed, tables, node, cancel) =>
        {
            using var users = new UserRegister(tables, TimeProvider.System);
            if (!UserCommand.TryOffice(parsed.GetRequiredValue(office), node, out var at, out var wrong))
                return await NodeOptions.RefuseAsync(wrong);
            if (await PasswordInput.ReadAsync(parsed.GetValue(password), cancel) is not { } typed)
                return await NodeOptions.RefuseAsync(new Refusal("passwords-differ"));
            var refusal = await users.CreateAdministratorAsync(parsed.GetRequiredValue(name), typed, at, cancel);
            return refusal is null ? CommandLine.Ok : await NodeOptions.RefuseAsync(refusal);
        });
    }
}
