using Rahdari.Hosting;

namespace Rahdari.Tests.Hosting;

/// <summary>The console is one of the process: whoever listens to it runs alone.</summary>
[CollectionDefinition("console", DisableParallelization = true)]
public sealed class ConsoleOfItsOwn;

[Collection("console")]
public sealed class CommandLineTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-command-");

    public void Dispose() => folder.Delete(recursive: true);

    static async Task<string> RefusedAsync(params string[] args)
    {
        var (before, error) = (Console.Error, new StringWriter());
        Console.SetError(error);
        try
        {
            Assert.Equal(CommandLine.Usage, await CommandLine.RunAsync(args));
        }
        finally
        {
            Console.SetError(before);
        }
        var said = error.ToString();
        Assert.DoesNotContain("   at ", said);
        Assert.DoesNotContain("Exception", said);
        return Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--tracks", "judge", "--corridor", "x", "--tracks", "")]
    [InlineData("--truth", "judge", "--corridor", "x", "--tracks", "x", "--truth", " ")]
    [InlineData("--tracks", "corridor", "learn", "--corridor", "x", "--out", "x", "--tracks", "")]
    [InlineData("--out", "corridor", "learn", "--corridor", "x", "--tracks", "x", "--out", "")]
    [InlineData("FILE", "decode", "--protocol", "jt600", "")]
    [InlineData("--nonsense", "decode", "--protocol", "jt600", "--nonsense")]
    [InlineData("--config", "serve", "--config", "")]
    [InlineData("--data", "demo", "--data", "")]
    [InlineData("--data", "demo", "--data", "/proc/nowhere")]
    [InlineData("--device-ports", "demo", "--device-ports", "99999")]
    [InlineData("--device-ports", "demo", "--device-ports", "-5")]
    [InlineData("--device-ports", "demo", "--device-ports", "65500")]
    [InlineData("--urls", "demo", "--urls", "http://127.0.0.1:65535")]
    [InlineData("--out", "simulate", "--corridor", "x", "--out", "")]
    public async Task What_names_nothing_is_refused_in_one_sentence_that_names_the_option(
        string named, params string[] args) => Assert.Contains(named, await RefusedAsync(args));

    [Theory]
    [InlineData("FILE is empty", "", "new-road")]
    [InlineData("--route '../x'", "road.gpx", "../x")]
    public async Task A_route_is_imported_from_a_file_under_an_id(string named, string file, string route) =>
        Assert.Contains(named, await RefusedAsync(
            "corridor", "import", file, "--corridor", Path.Combine(Checkout.Root, "corridors", "pk-af"), "--route",
            route, "--places", "a,b", "--departure-offices", "pk:KARACHI", "--crossing", "x", "--accuracy", "1",
            "--half-width", "1", "--from", "2026-01-01", "--source", "x"));

    [Fact]
    public async Task A_corridor_that_is_not_there_is_refused_and_the_shipped_one_of_its_name_is_told()
    {
        var elsewhere = Path.Combine(folder.FullName, "corridors", "pk-af");
        Assert.Contains(
            Path.Combine(AppContext.BaseDirectory, "corridors", "pk-af"),
            await RefusedAsync("simulate", "--out", folder.FullName, "--corridor", elsewhere));
    }

    [Fact]
    public async Task A_number_beyond_all_days_is_refused_by_the_name_of_its_field()
    {
        var config = Path.Combine(folder.FullName, "node.yaml");
        await File.WriteAllTextAsync(config, "node: pk\njournalDays: 99999999999999\n");
        Assert.Contains("node.yaml:2: journalDays: ", await RefusedAsync("serve", "--config", config));
    }
}
