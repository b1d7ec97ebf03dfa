using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>An image column of a row or cursor, read once a row; one of another size than the fitted column's comes resized.</summary>
internal sealed class ImageCell
{
    private readonly DataViewRow _row;
    private readonly int _column;
    private readonly int? _path;
    private readonly ImageDataViewType _fitted;
    private readonly RowMemo<ImagePixels> _memo;
    private ValueGetter<MLImage>? _getter;
    private MLImage? _image;

    public ImageCell(DataViewRow row, int column, int? path, ImageDataViewType? fitted = null)
    {
        (_row, _column, _path, _fitted) = (row, column, path, fitted ?? new ImageDataViewType());
        _memo = new RowMemo<ImagePixels>(row, Load);
    }

    /// <summary>The column's name.</summary>
    public string Column => _row.Schema[_column].Name;

    /// <summary>
    /// The row's image; throws <see cref="ImageReadException"/> if it can't be read, and what a transform of this library threw that failed
    /// to make it.
    /// </summary>
    public ImagePixels Read() => _memo.Value;

    /// <summary>Reads the image and refuses one that can't be worked on.</summary>
    /// <exception cref="ImageReadException">It can't be read, or <paramref name="check"/> refuses it.</exception>
    public void Check(Action<ImagePixels> check)
    {
        ImagePixels image = Read();
        RowFailure.Named(() =>
        {
            check(image);
            return true;
        }, Where, Column);
    }

    /// <summary>The row as messages name it.</summary>
    public string Where() => RowFailure.Where(_row.Position, Path() is { Length: > 0 } path ? path : Tag());

    private ImagePixels Load()
    {
        _getter ??= _row.GetGetter<MLImage>(_row.Schema[_column]);
        try
        {
            _getter(ref _image!);
            if (_image is null) throw new InvalidDataException("the column holds no image, as LoadImages gives for an empty path");
            MLImage sized = SizedImages.Fit(_image, _fitted);
            ImagePixels pixels = ImagePixels.Read(sized);
            if (!ReferenceEquals(sized, _image)) sized.Dispose();
            return pixels;
        }
        catch (Exception e) when (e is not (ImageReadException or OperationCanceledException or OutOfMemoryException
            or ObjectDisposedException) && !OwnFailure.IsMarked(e))
        {
            string where = Where();
            _image = null;
            throw new ImageReadException($"{where}: the image of column '{Column}' can't be read: {e.Message}", e);
        }
    }

    /// <summary>The text of the row's path column, if there is one.</summary>
    public string? Path()
    {
        if (_path is not { } column || !_row.IsColumnActive(_row.Schema[column])) return null;
        ReadOnlyMemory<char> text = default;
        _row.GetGetter<ReadOnlyMemory<char>>(_row.Schema[column])(ref text);
        return text.ToString();
    }

    // ML.NET's LoadImages and our LoadPictures leave the path there.
    private string? Tag()
    {
        try
        {
            return _image?.Tag;
        }
        catch (InvalidOperationException)
        {
            return null; // the image was disposed, which is what the message is about
        }
    }
}
