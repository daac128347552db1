using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>Answers that are pages.</summary>
static class Pages
{
    /// <param name="parameters">The component's parameters by name.</param>
    public static RazorComponentResult Show(
        Type component, int status = StatusCodes.Status200OK, params (string Name, object? Value)[] parameters) =>
        new(component, parameters.ToDictionary(p => p.Name, p => p.Value))
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    public static RazorComponentResult Show<T>(
        int status = StatusCodes.Status200OK, params (string Name, object? Value)[] parameters) where T : IComponent =>
        Show(typeof(T), status, parameters);

    /// <summary>A page that says why there is nothing else to see.</summary>
    public static RazorComponentResult Refused(int status, Refusal why) => Show<RefusedPage>(
        status, (nameof(RefusedPage.Status), status), (nameof(RefusedPage.Why), why));

    /// <summary>After a form has done its work: the browser asks for a page anew (303), so that reloading sends
    /// nothing.</summary>
    public static IResult GoTo(string path) => new SeeOther(path);

    sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
