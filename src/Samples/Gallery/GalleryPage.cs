using System.Globalization;
using System.Text;
using static MLNetStyle.Samples.Gallery.HtmlPage;

namespace MLNetStyle.Samples.Gallery;

/// <summary>The page of a gallery: one HTML file with its style inside, pictures beside it, light and dark as the reader's system
/// is.</summary>
internal static class GalleryPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="input">What the gallery was made of.</param>
    /// <param name="items">The pictures that are there.</param>
    /// <param name="state">Their sizes and times.</param>
    /// <param name="command">The command that makes the gallery.</param>
    public static string Write(GalleryInput input, IReadOnlyList<GalleryItem> items, GalleryState state, string command)
    {
        StringBuilder html = new();
        List<(string Name, List<GalleryItem> Items)> groups = [.. items.GroupBy(i => i.Group).Select(g => (g.Key, g.ToList()))];
        html.AppendLine(Head("MLNetStyle: gallery"));
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
}
