using System.Globalization;
using System.Text;
using MLNetStyle.Samples.Gallery;

namespace MLNetStyle.Samples.Batch;

/// <summary>A page of before and after: one HTML file that needs no other and asks no server for anything.</summary>
internal static class BatchPage
{
    private const string Css = """
        .grid { grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); align-items: start; }
        .pair { position: relative; overflow: hidden; background: var(--code); --at: 50%; }
        .pair img { position: absolute; inset: 0; height: 100%; object-fit: cover; }
        .pair img.before { clip-path: inset(0 calc(100% - var(--at)) 0 0); }
        .pair::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--at); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 4px #000; pointer-events: none; }
        .pair input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
        .pair:focus-within { outline: 3px solid var(--accent); outline-offset: -3px; }
        figcaption { overflow-wrap: anywhere; }
        .styles { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
        .styles figure { max-width: 12rem; }

        """;

    // One rule, one listener: how far the photograph reaches.
    private const string Script = """
        <script>
        document.addEventListener("input", e => e.target.parentElement.style.setProperty("--at", e.target.value + "%"));
        </script>
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="styles">The style pictures.</param>
    /// <param name="pairs">What is shown.</param>
    /// <param name="failed">Pictures that could not be made, and why.</param>
    /// <param name="done">How many pictures are done.</param>
    /// <param name="left">How many are left.</param>
    public static string Write(IReadOnlyList<PageImage> styles, IReadOnlyList<PagePair> pairs,
        IReadOnlyList<(string Name, string Reason)> failed, int done, int left)
    {
        StringBuilder html = new();
        html.AppendLine(HtmlPage.Head("Before and after", Css));
        html.AppendLine("<header>\n<h1>Before and after</h1>");
        html.AppendLine(string.Create(CultureInfo.InvariantCulture, $"<p>{done} done, {failed.Count} failed, {left} left. Drag across a "
            + $"picture, or use the arrow keys: the photograph is on the left of the line.</p>"));
        if (pairs.Count < done)
            html.AppendLine(string.Create(CultureInfo.InvariantCulture, $"<p class=\"soft\">The first {pairs.Count} are shown.</p>"));
        if (styles.Count > 0)
        {
            html.AppendLine("<div class=\"styles\">");
            foreach (PageImage style in styles)
                html.AppendLine($"<figure>{Image(style, $"The style {style.Name}", "")}<figcaption>{HtmlPage.Text(style.Name)}"
                    + "</figcaption></figure>");
            html.AppendLine("</div>");
        }
        html.AppendLine("</header>\n<main>\n<div class=\"grid\">");
        foreach ((PageImage before, PageImage after) in pairs)
        {
            string name = HtmlPage.Text(before.Name);
            html.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"<figure><div class=\"pair\" style=\"aspect-ratio: {after.Width} / {after.Height}\">"));
            html.AppendLine(Image(after, $"{before.Name}, repainted", " class=\"after\""));
            html.AppendLine(Image(before, before.Name, " class=\"before\""));
            html.AppendLine("<input type=\"range\" min=\"0\" max=\"100\" value=\"50\" "
                + $"aria-label=\"How much of {name} is shown as it was\"></div>");
            html.AppendLine($"<figcaption>{name}</figcaption></figure>");
        }
        html.AppendLine("</div>");
        if (failed.Count > 0)
        {
            html.AppendLine("<h2>Failed</h2>\n<ul>");
            foreach ((string name, string reason) in failed)
                html.AppendLine($"<li><strong>{HtmlPage.Text(name)}</strong>: {HtmlPage.Text(reason)}</li>");
            html.AppendLine("</ul>");
        }
        html.AppendLine($"</main>\n<footer class=\"soft\"><p>Made by mlnetstyle batch.</p></footer>\n{Script}\n</body>\n</html>");
        return html.ToString().ReplaceLineEndings("\n");
    }

    private static string Image(PageImage image, string alt, string attributes) => string.Create(CultureInfo.InvariantCulture,
        $"<img{attributes} width=\"{image.Width}\" height=\"{image.Height}\" alt=\"{HtmlPage.Text(alt)}\" "
            + $"src=\"data:image/jpeg;base64,{Convert.ToBase64String(image.Jpeg)}\">");
}

/// <summary>A picture inside a page.</summary>
internal sealed record PageImage(string Name, int Width, int Height, byte[] Jpeg);

/// <summary>A photograph and what became of it.</summary>
internal sealed record PagePair(PageImage Before, PageImage After);
