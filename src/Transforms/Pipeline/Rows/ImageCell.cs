using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>An image column of a row or cursor, read once a row.</summary>
internal sealed class ImageCell
{
    private readonly DataViewRow _row;
    private readonly int _column;
    private readonly int? _path;
    private readonly RowMemo<ImagePixels> _memo;
    private ValueGetter<MLImage>? _getter;
    private MLImage? _image;

    public ImageCell(DataViewRow row, int column, int? path)
    {
        (_row, _column, _path) = (row, column, path);
        _memo = new RowMemo<ImagePixels>(row, Load);
    }

    /// <summary>The number of the column.</summary>
    public int Column => _column;

    /// <summary>
    /// The row's image; throws <see cref="ImageReadException"/> if it can't be read, and what a transform of this library threw that failed
    /// to make it.
    /// </summary>
    public ImagePixels Read() => _memo.Value;

    private ImagePixels Load()
    {
        _getter ??= _row.GetGetter<MLImage>(_row.Schema[_column]);
        try
        {
            _getter(ref _image!);
            return _image is null ? throw new InvalidDataException("the column holds no image, as LoadImages gives for an empty path")
                : ImagePixels.Read(_image);
        }
        catch (Exception e) when (e is not (ImageReadException or OperationCanceledException or OutOfMemoryException or ObjectDisposedException) && !OwnFailure.IsMarked(e))
        {
            _image = null;
            string where = Path() is { Length: > 0 } path ? $" ('{path}')" : "";
            throw new ImageReadException($"Row {_row.Position}{where}: the image of column '{_row.Schema[_column].Name}' can't be read: "
                + $"{e.Message}", e);
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
}
