using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>
/// Brings an image to the size that its column had when a transformer was fitted, by ML.NET's own ResizeImages: a saved model has one
/// in this place, so both see the same pixels.
/// </summary>
internal static class SizedImages
{
    private const string Column = "Image";
    private static readonly DataViewSchema s_schema = OneColumn();
    private static readonly ConcurrentDictionary<(int Width, int Height), IRowToRowMapper> s_resizers = [];

    /// <summary>What a saved model does to an image column with a size.</summary>
    public static ImageResizingEstimator Estimator(TransformsCatalog catalog, string output, ImageDataViewType type, string input) =>
        catalog.ResizeImages(output, type.Width, type.Height, input, ImageResizingEstimator.ResizingKind.Fill);

    /// <summary>The image, or a resized copy if its size is not that of the type.</summary>
    public static MLImage Fit(MLImage image, ImageDataViewType type)
    {
        if (type.Width == 0 || type.Height == 0 || (image.Width == type.Width && image.Height == type.Height)) return image;
        IRowToRowMapper mapper = s_resizers.GetOrAdd((type.Width, type.Height), _ =>
            ((ITransformer)Estimator(new MLContext().Transforms, Column, type, Column).Fit(new EmptyImages())).GetRowToRowMapper(s_schema));
        DataViewSchema.Column column = mapper.OutputSchema[Column];
        // Not disposed: a row's end would dispose the image that it was given.
        DataViewRow row = mapper.GetRow(new ImageRow(image), [column]);
        MLImage result = null!;
        row.GetGetter<MLImage>(column)(ref result);
        return result;
    }

    private static DataViewSchema OneColumn()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn(Column, new ImageDataViewType());
        return builder.ToSchema();
    }

    private sealed class EmptyImages : IDataView
    {
        public DataViewSchema Schema => s_schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            throw new NotSupportedException("There is no row.");

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            throw new NotSupportedException("There is no row.");
    }

    private sealed class ImageRow(MLImage image) : DataViewRow
    {
        public override DataViewSchema Schema => s_schema;

        public override long Position => 0;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = default;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(object)(ValueGetter<MLImage>)((ref MLImage value) => value = image);
    }
}
