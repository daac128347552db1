using Microsoft.AspNetCore.Components;
using Rahdari.Parties;

namespace Rahdari.Web;

/// <summary>What every component of a page can ask: the request, its language and its actor.</summary>
public abstract class PartBase : ComponentBase
{
    [CascadingParameter] public HttpContext Http { get; set; } = null!;

    [Inject] internal Catalogues Catalogues { get; set; } = null!;

    /// <summary>The texts of the reader's language.</summary>
    internal Catalogue T => field ??= LanguageChoice.Of(Http, Catalogues);

    /// <summary>Who reads; null where nobody is signed in.</summary>
    internal Actor? Reader => Http.FindActor();

    internal CancellationToken Cancel => Http.RequestAborted;
}

/// <summary>A whole page within the shell.</summary>
[Layout(typeof(Shell))]
public abstract class PageBase : PartBase
{
    /// <summary>Answers 404 with the page saying so.</summary>
    internal void SayNotFound() => Http.Response.StatusCode = StatusCodes.Status404NotFound;
}
