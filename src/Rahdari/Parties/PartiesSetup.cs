using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Rahdari.Hosting;

namespace Rahdari.Parties;

/// <summary>Who may come in: keys, people, sessions, and the table of who may do what.</summary>
public static class PartiesSetup
{
    const string Default = "key-or-session";

    public static IServiceCollection AddParties(this IServiceCollection services)
    {
        services.AddSingleton<PartyTables>();
        services.AddSingleton<KeyRegister>();
        services.AddSingleton<UserRegister>();
        services.AddSingleton<KeptForms>();
        services.AddHostedService<AccessCheck>();
        AddProtection(services);
        services.AddAuthentication(Default)
            .AddPolicyScheme(Default, null, o => o.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null)
            .AddCookie(Sessions.Scheme);
        services.AddOptions<CookieAuthenticationOptions>(Sessions.Scheme).Configure<NodeSettings>(Sessions.Configure);
        return services;
    }

    /// <summary>Reads who is asking and lets in whom the table lets. Comes after routing, before any
    /// endpoint.</summary>
    public static IApplicationBuilder UseParties(this IApplicationBuilder app) =>
        app.UseAuthentication().UseMiddleware<AccessMiddleware>();

    public static void MapParties(this IEndpointRouteBuilder routes) => SignInEndpoint.Map(routes);

    /// <summary>
    /// The session cookie reads the API (the map does) but never writes through it: a write needs a key, or a page's
    /// form with its token.
    /// </summary>
    static string SchemeOf(HttpContext context) =>
        KeyAuthentication.IsShownIn(context.Request)
        || (context.Request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(context.Request.Method))
            ? KeyAuthentication.Name
            : Sessions.Scheme;

    /// <summary>Cookies and kept forms are sealed under keys of the node's own folder, readable by nobody
    /// else's.</summary>
    static void AddProtection(IServiceCollection services)
    {
        services.AddDataProtection();
        services.AddOptions<DataProtectionOptions>()
            .Configure<NodeSettings>((o, node) => o.ApplicationDiscriminator = Sessions.CookieOf(node));
        services.AddOptions<KeyManagementOptions>().Configure<NodeSettings, ILoggerFactory>((o, node, logs) =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(node.KeysDirectory, "web"));
            o.XmlRepository = new FileSystemXmlRepository(folder, logs);
        });
    }
}
