using System.Diagnostics;
using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Architecture;

/// <summary>A machine without Node: the build says so and goes on, and pages show what the server draws.</summary>
public sealed class WithoutNodeTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-nonode-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The step of the build that restores the map's files, with nothing but the system's shell to be
    /// found.</summary>
    [Fact]
    public async Task The_build_prints_a_message_without_a_warning_and_goes_on()
    {
        var programs = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "sh"), "/bin/sh");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Dotnet())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in new[]
        {
            "msbuild", Path.Combine(Checkout.Root, "src", "Rahdari", "Rahdari.csproj"), "-nologo", "-nodeReuse:false",
            "-t:IncludeVendor", $"-p:ArtifactsPath={folder}", $"-p:VendorFolder={folder}/shown/",
            "-verbosity:normal", "-noAutoResponse",
        }) start.ArgumentList.Add(argument);
        start.Environment["PATH"] = programs;
        using var build = Process.Start(start)!;
        var (output, errors) = (build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await build.WaitForExitAsync(limit.Token);
        var said = await output + await errors;
        Assert.True(build.ExitCode == 0, said);
        Assert.Contains("the map's files are missing", said, StringComparison.Ordinal);
        Assert.Contains(" 0 Warning(s)", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "shown")));
    }

    [Fact]
    public async Task The_corridor_page_shows_the_strips_and_no_map()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "rahdari.css"), "");
        await using var node = await ApiNode.StartAsync(
            pack: CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow(),
            more: s =>
            {
                s.AddCorridors().AddSingleton(new AssetFiles(folder)).AddSingleton<UnitsOnRoutes>();
                s.AddSingleton<IProjection, AlertBoard>().AddSingleton<IProjection, JudgingTables.Making>();
            },
            map: app => app.MapGet("/corridor", ShowAsync));
        var answer = await (await node.ClientAsync(Scene.Karachi)).GetAsync("/corridor");
        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.StatusCode == HttpStatusCode.OK, page.DocumentElement.TextContent);
        Assert.Equal(node.Pack.Routes.Count, page.QuerySelectorAll("svg[role=img]").Length);
        Assert.Empty(page.QuerySelectorAll("script[src*=maplibre], link[href*=maplibre]"));
        Assert.DoesNotContain("vendor/maplibre", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    /// <summary>What goes wrong is said, so that a failing test tells it.</summary>
    static async Task ShowAsync(HttpContext context)
    {
        try
        {
            await Pages.Show<CorridorPage>().ExecuteAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync(e.ToString());
        }
    }

    static string Dotnet() => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(p => Path.Combine(p, "dotnet")).First(File.Exists);
}
