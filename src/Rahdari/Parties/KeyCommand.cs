using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Parties;

/// <summary><c>rahdari key add|revoke</c>: keys of the API, each for one office and one role.</summary>
static class KeyCommand
{
    public static Command Build() => new("key", "Keeps the keys of a node's API.") { BuildAdd(), BuildRevoke() };

    static Command BuildAdd()
    {
        var options = new NodeOptions();
        var label = new Argument<string>("LABEL") { Description = "What the key is for; stays in this node." };
        var role = new Option<string>("--role") { Description = "As for users.", Required = true };
        var office = new Option<string>("--office")
        {
            Description = "For example pk:TORKHAM; for the role peer an office of the other administration.",
            Required = true,
        };
        var party = UserCommand.PartyOption();
        var command = new Command("add", "Makes a key and writes it once.") { label, office, role, party };
        return options.Wire(command, async (parsed, tables, node, cancel) =>
        {
            if (!UserCommand.TryRole(parsed.GetRequiredValue(role), out var may, out var wrong)
                || !UserCommand.TryParty(parsed.GetValue(party), out var firm, out wrong))
                return await NodeOptions.RefuseAsync(wrong);
            if (may == Role.Vendor && firm is null)
                return await NodeOptions.RefuseAsync(new Refusal("vendor-without-party", "party"));
            if (!UserCommand.TryOffice(parsed.GetRequiredValue(office), node, out var at, out wrong)
                && (may != Role.Peer || !OfficeId.TryParse(parsed.GetRequiredValue(office), null, out at)))
                return await NodeOptions.RefuseAsync(wrong);
            var keys = new KeyRegister(tables);
            var key = await keys.IssueAsync(
                RandomNumberGenerator.GetBytes(KeyRegister.SecretBytes), at, may, parsed.GetRequiredValue(label),
                    cancel, firm);
            var officer = (await keys.FindAsync(key, cancel))!.Id.Value;
            await Console.Out.WriteLineAsync(
                parsed.GetValue(options.Json) ? JsonSerializer.Serialize(new { key, officer }) : key);
            if (!parsed.GetValue(options.Json))
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"acts as {officer}"));
            return CommandLine.Ok;
        });
    }

    static Command BuildRevoke()
    {
        var options = new NodeOptions();
        var officer = new Argument<string>("OFFICER") { Description = "The opaque id the key's acts carry, k-..." };
        var command = new Command("revoke", "Takes a key back.") { officer };
        return options.Wire(command, async (parsed, tables, _, cancel) =>
        {
            var id = parsed.GetRequiredValue(officer);
            return OfficerId.TryParse(id, null, out var who) && await new KeyRegister(tables).RevokeAsync(who, cancel)
                ? CommandLine.Ok
                : await NodeOptions.RefuseAsync(new Refusal("not-found", "officer").With("value", id));
        });
    }
}
