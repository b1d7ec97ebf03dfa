using System.Net;

namespace MLNetStyle.Samples.Gallery;

/// <summary>What every page of ours begins with: one HTML file with its style inside, light and dark as the reader's system is.</summary>
internal static class HtmlPage
{
    /// <summary>The page up to its first words.</summary>
    /// <param name="title">The page's name.</param>
    /// <param name="css">Rules of its own, ending with the end of a line; none for the common ones.</param>
    public static string Head(string title, string css = "") => $$$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{{Text(title)}}}</title>
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
        {{{css}}}</style>
        </head>
        <body>
        """;

    /// <summary>A text as it stands in HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);
}
