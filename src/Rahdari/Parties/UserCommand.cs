using System.CommandLine;
using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Parties;

/// <summary><c>rahdari user add|list|password|enable|disable</c>: the people of a node.</summary>
static class UserCommand
{
    public static Command Build() => new("user", "Keeps the people of a node.")
    {
        BuildAdd(), BuildList(), BuildPassword(),
        BuildSwitch("enable", "Lets a person sign in again.", true),
        BuildSwitch("disable", "Keeps a person out and ends their sessions.", false),
    };

    public static Option<string?> PasswordFile() => new("--password-file")
    {
        Description = "The file whose first line is the password; - reads standard input. Without it, it is asked for.",
    };

    /// <summary>An office of the node's own administration.</summary>
    public static bool TryOffice(string text, NodeSettings node, out OfficeId office, out Refusal wrong)
    {
        wrong = new Refusal("office-not-own", "office");
        return OfficeId.TryParse(text, null, out office) && office.Administration == node.Administration;
    }

    public static bool TryRole(string text, out Role role, out Refusal wrong)
    {
        wrong = new Refusal("role-unknown", "role").With("roles", string.Join(' ',
            Enum.GetValues<Role>().Select(Slug.Of)));
        return Slug.TryParse(text, out role);
    }

    public static Option<string?> PartyOption() => new("--party")
    {
        Description = "The firm, as an opaque id: people and keys of one firm see each other's movements.",
    };

    /// <summary>True where no firm is named, or one in the form of an id.</summary>
    public static bool TryParty(string? text, out PartyId? party, out Refusal wrong)
    {
        wrong = new Refusal("input-malformed", "party");
        party = ActorContext.PartyOf(text);
        return text is null || party is not null;
    }

    static Argument<string> Name() => new("NAME") { Description = "The name to sign in with." };

    static Command BuildAdd()
    {
        var (options, name, password) = (new NodeOptions(), Name(), PasswordFile());
        var office = new Option<string>("--office") { Description = "For example pk:TORKHAM.", Required = true };
        var role = new Option<string>("--role")
        {
            Description = $"One of {string.Join(' ', Enum.GetValues<Role>().Select(Slug.Of))}.",
            Required = true,
        };
        var party = PartyOption();
        var command = new Command("add", "Adds a person.") { name, office, role, party, password };
        return options.Wire(command, async (parsed, tables, node, cancel) =>
        {
            using var users = new UserRegister(tables, TimeProvider.System);
            if (!TryOffice(parsed.GetRequiredValue(office), node, out var at, out var wrong)
                || !TryRole(parsed.GetRequiredValue(role), out var may, out wrong)
                || !TryParty(parsed.GetValue(party), out var firm, out wrong))
                return await NodeOptions.RefuseAsync(wrong);
            if (await PasswordInput.ReadAsync(parsed.GetValue(password), cancel) is not { } typed)
                return await NodeOptions.RefuseAsync(new Refusal("passwords-differ"));
            return await EndAsync(await users.AddAsync(parsed.GetRequiredValue(name), typed, at, may, cancel, firm));
        });
    }

    static Command BuildPassword()
    {
        var (options, name, password) = (new NodeOptions(), Name(), PasswordFile());
        var command = new Command("password",
            "Sets a password, opens a name shut after failures and ends its sessions.")
        {
            name, password,
        };
        return options.Wire(command, async (parsed, tables, _, cancel) =>
        {
            using var users = new UserRegister(tables, TimeProvider.System);
            if (await PasswordInput.ReadAsync(parsed.GetValue(password), cancel) is not { } typed)
                return await NodeOptions.RefuseAsync(new Refusal("passwords-differ"));
            return await EndAsync(await users.SetPasswordAsync(parsed.GetRequiredValue(name), typed, cancel));
        });
    }

    static Command BuildSwitch(string verb, string description, bool enabled)
    {
        var (options, name) = (new NodeOptions(), Name());
        return options.Wire(new Command(verb, description) { name }, async (parsed, tables, _, cancel) =>
        {
            using var users = new UserRegister(tables, TimeProvider.System);
            return await EndAsync(await users.SetEnabledAsync(parsed.GetRequiredValue(name), enabled, cancel));
        });
    }

    static Command BuildList()
    {
        var options = new NodeOptions();
        return options.Wire(new Command("list", "Lists the people."), async (parsed, tables, _, cancel) =>
        {
            using var users = new UserRegister(tables, TimeProvider.System);
            foreach (var user in await users.ListAsync(cancel))
            {
                var (office, role) = (user.Actor.Office.ToString(), Slug.Of(user.Actor.Role));
                await Console.Out.WriteLineAsync(parsed.GetValue(options.Json)
                    ? JsonSerializer.Serialize(
                        new { name = user.Name, officer = user.Actor.Id.Value, office, role, enabled = user.Enabled })
                    : $"{user.Name,-24} {office,-20} {role,-14} {(user.Enabled ? "" : "disabled")}".TrimEnd());
            }
            return CommandLine.Ok;
        });
    }

    static async Task<int> EndAsync(Refusal? refusal) =>
        refusal is null ? CommandLine.Ok : await NodeOptions.RefuseAsync(refusal);
}
