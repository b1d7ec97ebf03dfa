using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The ML.NET pipeline behind stylize and batch: paths, images, styled images, one row at a time.</summary>
internal static class TransferPipeline
{
    /// <summary>Fits the pipeline and hands out every styled picture with the path that it came from.</summary>
    /// <param name="contents">The content pictures and their masks, the same number for each.</param>
    /// <param name="styles">The style pictures.</param>
    /// <param name="options">The options.</param>
    /// <param name="monitor">Callbacks and cancellation.</param>
    /// <param name="warn">Called with every warning that the pipeline logs.</param>
    /// <param name="begin">Called before a row is computed, with its number from 0; false ends the run.</param>
    /// <param name="each">Called with a row's content path when its picture is made; <see cref="StyleTransferMonitor.Completed"/> has had
    /// it.</param>
    /// <param name="failed">Called with a row's content path and what went wrong with it; true goes on with the next row.</param>
    public static void Run(
        IReadOnlyList<ContentFiles> contents, IReadOnlyList<StyleImage> styles, StyleTransferOptions options,
        StyleTransferMonitor monitor, Action<string> warn, Func<int, bool> begin, Action<string> each, Func<string, Exception, bool> failed)
    {
        MLContext ml = new();
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warn(e.RawMessage);
        };
        IDataView data = ml.Data.LoadFromEnumerable(contents.Select(TransferRow.Of));
        IEstimator<ITransformer> pipeline = ml.Transforms.LoadPictures("Image", "", nameof(TransferRow.Path), options.ContentReading);
        foreach (string mask in options.MaskColumns)
            pipeline = pipeline.Append(ml.Transforms.LoadPictures(mask, "", mask, options.Reading));
        ITransformer model = pipeline.Append(ml.Style.StyleTransfer("Styled", "Image", styles, options, monitor)).Fit(data);
        using IDisposable? owned = model as IDisposable;
        IDataView view = model.Transform(data);

        DataViewSchema.Column pathColumn = view.Schema["Path"], styledColumn = view.Schema["Styled"];
        using DataViewRowCursor cursor = view.GetRowCursor([pathColumn, styledColumn]);
        ValueGetter<ReadOnlyMemory<char>> getPath = cursor.GetGetter<ReadOnlyMemory<char>>(pathColumn);
        ValueGetter<MLImage> getStyled = cursor.GetGetter<MLImage>(styledColumn);
        ReadOnlyMemory<char> path = default;
        MLImage styled = null!;
        Dictionary<string, int> index = [];
        for (int i = 0; i < contents.Count; i++) index.TryAdd(Path.GetFullPath(contents[i].Path), i);
        try
        {
            while (cursor.MoveNext())
            {
                getPath(ref path);
                if (!begin(index[path.ToString()])) return;
                try
                {
                    getStyled(ref styled);
                    each(path.ToString());
                }
                catch (Exception e) when (e is not OperationCanceledException && failed(path.ToString(), e))
                {
                    // It stays with this picture.
                }
            }
        }
        finally
        {
            styled?.Dispose();
        }
    }
}
