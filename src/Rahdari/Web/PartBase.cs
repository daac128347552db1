using System.Globalization;
using Microsoft.AspNetCore.Components;
using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Movements;
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

    /// <summary>The zone of the reader's office; UTC for others and for offices the pack does not know.</summary>
    internal TimeZoneInfo Zone => field ??= ZoneOf(Reader);

    bool isInitialized;

    /// <summary>
    /// Draws the component once, when all that it reads is read. Between two reads, where the framework would draw it
    /// too, it has half of what it shows; whether a read takes long enough for that depends on the store.
    /// </summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (!isInitialized)
        {
            isInitialized = true;
            OnInitialized();
            await OnInitializedAsync();
        }
        OnParametersSet();
        await OnParametersSetAsync();
        StateHasChanged();
    }

    internal string RouteValue(string name) => Http.Request.RouteValues[name] as string ?? "";

    /// <summary>An amount in major units with its currency; every currency of the corridor has two decimals.</summary>
    internal static string Amount(Money money) => string.Create(
        CultureInfo.InvariantCulture, $"{money.Minor / 100:N0}.{Math.Abs(money.Minor % 100):00} {money.Currency}");

    /// <summary>
    /// An identifier or an amount as part of a plain text that takes no elements, such as an option's: isolated from
    /// left to right by characters (Unicode UAX 9, 2.4).
    /// </summary>
    internal static string Apart(object? text) => $"\u2066{text}\u2069";

    internal static string Kilograms(Grams mass) =>
        string.Create(CultureInfo.InvariantCulture, $"{mass.Value / 1000m:N1} kg");

    TimeZoneInfo ZoneOf(Actor? reader)
    {
        var pack = Http.RequestServices.GetService<CorridorPack>();
        return reader is not null && pack?.FindOffice(reader.Office) is { } office
            ? TimeZoneInfo.FindSystemTimeZoneById(office.Zone)
            : TimeZoneInfo.Utc;
    }
}

/// <summary>A whole page within the shell.</summary>
[Layout(typeof(Shell))]
public abstract class PageBase : PartBase
{
    /// <summary>Answers 404 with the page saying so.</summary>
    internal void SayNotFound() => Http.Response.StatusCode = StatusCodes.Status404NotFound;
}
