using System.Globalization;
using System.Net;
using System.Text;

namespace MLNetStyle.Samples.Gallery;

/// <summary>The page of a gallery: one HTML file with its style inside, pictures beside it, light and dark as the reader's system
/// is.</summary>
internal static class GalleryPage
{
    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>MLNetStyle: gallery</title>
        <style>
        :root { --paper: #faf9f6; --card: #fff; --ink: #26282c; --soft: #5f646d; --line: #e2dfd8; --accent: #9a3b1e; --code: #f1efe9; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16181c; --card: #1f2227; --ink: #e8e6e1; --soft: #a2a7b0; --line: #33373e; --accent: #f0a17f; --code: #14161a; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2.5rem; }
        h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
        h2 { font-size: 1.3rem; margin: 2.5rem 0 1rem; padding-top: .5rem; border-top: 1px solid var(--line); }
        p { margin: .4rem 0; max-width: 60rem; }
        a { color: var(--accent); }
        nav { display: flex; flex-wrap: wrap; gap: .4rem 1rem; margin: 1rem 0 0; }
        .soft { color: var(--soft); }
        .grid { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(16.5rem, 1fr)); }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; display: flex; flex-direction: column; }
        figure.wide { grid-column: 1 / -1; }
        figure > a { display: block; background: var(--code); }
        img { display: block; width: 100%; height: auto; }
        figcaption { padding: .7rem .9rem .9rem; display: flex; flex-direction: column; gap: .35rem; flex: 1; }
        figcaption strong { font-weight: 600; }
        figcaption p { margin: 0; font-size: .9rem; color: var(--soft); }
        details { font-size: .85rem; margin-top: auto; }
        summary { cursor: pointer; color: var(--accent); }
        code { font: .8rem/1.45 ui-monospace, SFMono-Regular, Consolas, "Liberation Mono", monospace; background: var(--code); border: 1px solid var(--line); border-radius: .35rem; padding: .1rem .3rem; }
        details code { display: block; margin-top: .4rem; padding: .5rem .6rem; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
        footer { padding-top: 2rem; padding-bottom: 3rem; }
        @media print { details > * { display: block; } figure { break-inside: avoid; } }
        </style>
        </head>
        <body>
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="input">What the gallery was made of.</param>
    /// <param name="items">The pictures that are there.</param>
    /// <param name="state">Their sizes and times.</param>
    /// <param name="command">The command that makes the gallery.</param>
    public static string Write(GalleryInput input, IReadOnlyList<GalleryItem> items, GalleryState state, string command)
    {
        StringBuilder html = new();
        List<(string Name, List<GalleryItem> Items)> groups = [.. items.GroupBy(i => i.Group).Select(g => (g.Key, g.ToList()))];
        html.AppendLine(Head);
        html.AppendLine("<header>");
        html.AppendLine("<h1>MLNetStyle: gallery</h1>");
        html.AppendLine($"<p>Every preset and every control of the program as a picture, with the command that makes it. The network is "
            + $"<strong>{Text(input.Network)}</strong>, the pictures are {input.Size} pixels long where nothing else is said.</p>");
        html.AppendLine($"<p class=\"soft\">All of it is made by <code>{Text(command)}</code>; a call leaves out what stands there "
            + $"already.</p>");
        html.AppendLine("<nav aria-label=\"Groups\">");
        foreach ((string name, _) in groups) html.AppendLine($"<a href=\"#{Anchor(name)}\">{Text(name)}</a>");
        html.AppendLine("</nav>\n</header>\n<main>");
        foreach ((string name, List<GalleryItem> pictures) in groups)
        {
            html.AppendLine($"<section aria-labelledby=\"{Anchor(name)}\">\n<h2 id=\"{Anchor(name)}\">{Text(name)}</h2>\n<div "
                + $"class=\"grid\">");
            foreach (GalleryItem item in pictures) Figure(html, item, state);
            html.AppendLine("</div>\n</section>");
        }
        html.AppendLine("</main>\n<footer class=\"soft\"><p>Times are those of the machine that made the gallery, start of the run "
            + "included. <a href=\"sheet.jpg\">All on one sheet</a>.</p></footer>\n</body>\n</html>");
        return html.ToString().ReplaceLineEndings("\n");
    }

    private static void Figure(StringBuilder html, GalleryItem item, GalleryState state)
    {
        (int width, int height, double seconds) = state.Of(item);
        string alt = item.Commands.Count > 0 ? $"{item.Group}: {item.Caption}. {item.Text}" : item.Text;
        html.AppendLine($"<figure{(width > 2.5 * height ? " class=\"wide\"" : "")}>");
        html.AppendLine($"<a href=\"{item.File}\"><img src=\"{item.File}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" "
            + $"alt=\"{Text(alt)}\"></a>");
        html.AppendLine($"<figcaption><strong>{Text(item.Caption)}</strong><p>{Text(item.Text)}{(item.Commands.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" {seconds:0.0} s.") : "")}</p>");
        if (item.Commands.Count > 0)
            html.AppendLine($"<details><summary>command</summary><code>{string.Join('\n', item.Commands.Select(c => Text(CommandText.Of(c))))}</code></details>");
        html.AppendLine("</figcaption>\n</figure>");
    }

    private static string Anchor(string group) => group.ToLowerInvariant().Replace(' ', '-');

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
