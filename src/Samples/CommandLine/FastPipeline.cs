using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The ML.NET pipeline behind --fast: paths, images, painted images, one row at a time.</summary>
internal static class FastPipeline
{
    /// <summary>Hands out every painted picture.</summary>
    /// <param name="paths">The pictures.</param>
    /// <param name="network">The network's file.</param>
    /// <param name="options">How to paint.</param>
    /// <param name="reading">How the pictures are read.</param>
    /// <param name="begin">Called before a row is painted, with its number from 0; false ends the run.</param>
    /// <param name="each">Called with a row's number and picture, which dies when the call returns.</param>
    public static void Run(
        IReadOnlyList<string> paths, string network, FastStyleTransferOptions options, PictureReadOptions reading, Func<int, bool> begin,
        Action<int, MLImage> each)
    {
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable(paths.Select(path => new FileRow { Path = System.IO.Path.GetFullPath(path) }));
        ITransformer model = ml.Transforms.LoadPictures("Image", "", nameof(FileRow.Path), reading)
            .Append(ml.Transforms.ApplyFastStyles("Styled", "Image", network, options)).Fit(data);
        using IDisposable? owned = model as IDisposable;
        IDataView view = model.Transform(data);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(view.Schema["Styled"]);
        MLImage painted = null!;
        try
        {
            while (cursor.MoveNext())
            {
                int row = (int)cursor.Position;
                if (!begin(row)) return;
                get(ref painted);
                each(row, painted);
            }
        }
        finally
        {
            painted?.Dispose();
        }
    }

    internal sealed class FileRow
    {
        public string Path { get; set; } = "";
    }
}
