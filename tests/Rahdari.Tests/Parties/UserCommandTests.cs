using Rahdari.Hosting;

namespace Rahdari.Tests.Parties;

public sealed class UserCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-user-").FullName;

    public UserCommandTests()
    {
        File.WriteAllText(Config, $"""
            node: pk
            administration: pk
            data: {folder}/data
            urls: http://127.0.0.1:5080
            origin: pk-2026.example.org
            masterKey: {folder}/master
            """);
        File.WriteAllText(Password, "a long enough one\n");
    }

    string Config => Path.Combine(folder, "node.yaml");

    string Password => Path.Combine(folder, "password");

    [Fact]
    public async Task The_first_administrator_is_made_once_and_makes_the_others()
    {
        Assert.Equal(CommandLine.Ok, await RunAsync("init", "root", "--office", "pk:TORKHAM", "--password-file",
            Password));
        Assert.Equal(
            CommandLine.Negative, await RunAsync("init", "again", "--office", "pk:TORKHAM", "--password-file",
                Password));
        Assert.Equal(CommandLine.Ok, await AddAsync("gul", "officer", "pk:TORKHAM"));
        Assert.Equal(CommandLine.Negative, await AddAsync("gul", "officer", "pk:TORKHAM"));
        Assert.Equal(CommandLine.Ok, await RunAsync("user", "disable", "gul"));
        Assert.Equal(CommandLine.Negative, await RunAsync("user", "enable", "nobody"));
        Assert.Equal(CommandLine.Ok, await RunAsync("user", "password", "gul", "--password-file", Password));
        Assert.Equal(CommandLine.Ok, await RunAsync("user", "list", "--json"));
    }

    [Theory]
    [InlineData("gul", "king", "pk:TORKHAM")]
    [InlineData("gul", "officer", "af:TORKHAM")]
    [InlineData("gul", "officer", "TORKHAM")]
    [InlineData("Gul Khan", "officer", "pk:TORKHAM")]
    public async Task What_is_no_role_office_or_name_is_refused(string name, string role, string office) =>
        Assert.Equal(CommandLine.Negative, await AddAsync(name, role, office));

    [Fact]
    public async Task A_short_password_is_refused()
    {
        File.WriteAllText(Password, "short");
        Assert.Equal(CommandLine.Negative, await AddAsync("gul", "officer", "pk:TORKHAM"));
    }

    [Fact]
    public async Task Without_a_node_s_settings_it_is_a_wrong_use() =>
        Assert.Equal(CommandLine.Usage, await CommandLine.RunAsync(["user", "list", "--config", Config + ".none"]));

    [Fact]
    public async Task A_key_is_made_for_an_own_office_or_for_a_peer()
    {
        Assert.Equal(CommandLine.Ok, await RunAsync("key", "add", "gate", "--role", "officer", "--office",
            "pk:TORKHAM"));
        Assert.Equal(CommandLine.Ok, await RunAsync("key", "add", "reader", "--role", "peer", "--office",
            "af:TORKHAM"));
        Assert.Equal(
            CommandLine.Negative, await RunAsync("key", "add", "gate", "--role", "officer", "--office", "af:TORKHAM"));
        Assert.Equal(CommandLine.Negative, await RunAsync("key", "revoke", "k-0000"));
    }

    Task<int> AddAsync(string name, string role, string office) =>
        RunAsync("user", "add", name, "--role", role, "--office", office, "--password-file", Password);

    Task<int> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, "--config", Config]);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
