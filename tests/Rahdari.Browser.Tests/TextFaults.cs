using System.Text.RegularExpressions;
using Rahdari.Web;

namespace Rahdari.Browser.Tests;

/// <summary>
/// Reads every text of a page: the language it says it is in, no text of another one, no key and no placeholder in
/// place of a text, and identifiers that keep their order within right-to-left text.
/// </summary>
static partial class TextFaults
{
    /// <summary>What the script needs to know of the catalogues.</summary>
    /// <param name="foreign">Words of the other language that this one does not use.</param>
    /// <param name="keys">First parts of the catalogue's keys.</param>
    public sealed record Facts(string lang, string dir, string[] foreign, string[] keys);

    public static Facts Of(Visit visit, TwoNodes nodes)
    {
        var own = nodes.Texts(visit.Language);
        var english = nodes.Texts("en");
        string[] foreign = own == english ? [] : [.. WordsOf(english).Except(WordsOf(own))];
        return new(
            own.Language.Tag, own.Language.Direction, foreign,
            [.. own.Texts.Keys.Select(k => k.Split('.')[0]).Distinct()]);
    }

    /// <summary>Elements whose text is data or stands in its own direction.</summary>
    public const string Script =
        """
        facts => {
          const faults = [], html = document.documentElement;
          if (html.lang !== facts.lang || html.dir !== facts.dir) faults.push(`lang ${html.lang} dir ${html.dir}`);
          const foreign = new Set(facts.foreign);
          const key = new RegExp(`(?<![\\w./:@-])(?:${facts.keys.join('|')})\\.[a-z][a-z0-9.-]+`);
          const id = new RegExp(['\\d{2}[A-Z]{2}[A-Z0-9]{13}', '[a-z]{2}:[A-Z][A-Z-]+', '[A-Z]{4}\\d{7}',
            '(?:jt600|teltonika):\\d+', '[\\d,]+\\.\\d\\d [A-Z]{3}'].join('|'));
          const data = 'bdi, [dir=ltr], time, textarea';
          const look = (text, e, what) => {
            const apart = e.closest(data) !== null;
            const bare = text.replace(/[\u2066-\u2068][^\u2069]*\u2069/g, ' ');
            if (/\{[a-z0-9]*\}/i.test(text)) faults.push(`placeholder in ${what}: ${text}`);
            if (!apart && key.test(bare)) faults.push(`key in ${what}: ${text}`);
            if (!apart && html.dir === 'rtl' && id.test(bare)) faults.push(`not isolated in ${what}: ${text}`);
            if (apart || (e.closest('[lang]') !== html)) return;
            const left = (bare.match(/[A-Za-z]{3,}/g) ?? []).filter(w => foreign.has(w.toLowerCase()));
            if (left.length > 0) faults.push(`another language in ${what}: ${text}`);
          };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let t = texts.nextNode(); t; t = texts.nextNode()) {
            if (t.parentElement.closest('script, style') || !t.data.trim()) continue;
            look(t.data.trim(), t.parentElement, t.parentElement.tagName.toLowerCase());
          }
          for (const e of document.body.querySelectorAll('[aria-label], [alt], [title], [placeholder]'))
            for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
              if (e.hasAttribute(name)) look(e.getAttribute(name), e, name);
          if (!document.title.trim()) faults.push('no title');
          return [...new Set(faults)];
        }
        """;

    static HashSet<string> WordsOf(Catalogue catalogue) => catalogue.Texts.Values
        .SelectMany(t => Word().Matches(t.Pattern.Format(new Dictionary<string, object>(), isolate: false)))
        .Select(m => m.Value.ToLowerInvariant()).ToHashSet();

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex Word();
}
