using SkiaSharp;

namespace MLNetStyle.Imaging;

/// <summary>Takes the rows of a picture as they are stored, and makes the upright one of them, reduced by a whole number where asked
/// for.</summary>
internal sealed unsafe class PictureRows
{
    private const byte Opaque = byte.MaxValue;

    private readonly SKColorType _type;
    private readonly int _width, _height, _by, _reduced;
    private readonly int _first, _stepX, _stepY;
    private readonly PlanarImage _color;
    private readonly float[] _row, _sums;
    private readonly int _bitDepth;
    private byte[]? _alpha;
    private int _rows;

    /// <param name="info">How the rows are stored: Gray8, Rgba8888 or RgbaF16, not premultiplied.</param>
    /// <param name="by">The mean of so many pixels by so many becomes one: a pixel counts as its alpha says.</param>
    /// <param name="orientation">EXIF's: 1 upright to 8.</param>
    public PictureRows(SKImageInfo info, int by, int orientation)
    {
        (_type, _width, _height, _by) = (info.ColorType, info.Width, info.Height, by);
        _bitDepth = info.ColorType == SKColorType.RgbaF16 ? 16 : 8;
        _reduced = Reduced(_width, by);
        int width = _reduced, height = Reduced(_height, by);
        bool turned = orientation >= 5;
        _color = turned ? new PlanarImage(height, width) : new PlanarImage(width, height);
        int stride = _color.Width;
        (_first, _stepX, _stepY) = orientation switch
        {
            2 => (width - 1, -1, stride),
            3 => ((height * width) - 1, -1, -stride),
            4 => ((height - 1) * stride, 1, -stride),
            5 => (0, stride, 1),
            6 => (height - 1, stride, -1),
            7 => ((height * width) - 1, -stride, -1),
            8 => ((width - 1) * stride, -stride, 1),
            _ => (0, 1, stride),
        };
        _row = new float[4 * _width];
        _sums = by == 1 ? [] : new float[8 * _reduced];
    }

    /// <summary>A side that is reduced: the last pixel may be of fewer.</summary>
    public static int Reduced(int side, int by) => (side + by - 1) / by;

    /// <summary>Takes the next row.</summary>
    public void Add(byte* row)
    {
        bool opaque = Unpack(row);
        int y = _rows++;
        if (_by == 1)
        {
            Write(_row, y, opaque);
            return;
        }
        Gather();
        if (_rows % _by != 0 && _rows != _height) return;
        int high = ((_rows - 1) % _by) + 1;
        for (int x = 0; x < _reduced; x++)
        {
            ReadOnlySpan<float> sum = _sums.AsSpan(8 * x, 8);
            int count = high * (Math.Min(_by, _width - (x * _by)));
            bool visible = sum[3] > 0;
            for (int c = 0; c < 3; c++) _row[(c * _width) + x] = visible ? sum[c] / sum[3] : sum[4 + c] / count;
            _row[(3 * _width) + x] = sum[3] / count;
        }
        Array.Clear(_sums);
        Write(_row, (_rows - 1) / _by, !_row.AsSpan(3 * _width, _reduced).ContainsAnyExcept((float)Opaque));
    }

    public Picture ToPicture() => new(_color, _alpha, _bitDepth);

    // One plane a channel, as long as the row is.
    private bool Unpack(byte* row)
    {
        Span<float> r = _row.AsSpan(0, _width), g = _row.AsSpan(_width, _width), b = _row.AsSpan(2 * _width, _width),
            a = _row.AsSpan(3 * _width, _width);
        bool opaque = true;
        switch (_type)
        {
            case SKColorType.Gray8:
                for (int x = 0; x < _width; x++) r[x] = row[x];
                r.CopyTo(g);
                r.CopyTo(b);
                a.Fill(Opaque);
                break;
            case SKColorType.Rgba8888:
                for (int x = 0; x < _width; x++, row += 4)
                {
                    (r[x], g[x], b[x], a[x]) = (row[0], row[1], row[2], row[3]);
                    opaque &= row[3] == Opaque;
                }
                break;
            case SKColorType.RgbaF16:
                for (Half* half = (Half*)row, end = half + (4 * _width); half < end; half += 4)
                {
                    int x = _width - (int)((end - half) / 4);
                    (r[x], g[x], b[x]) = (Level(half[0]), Level(half[1]), Level(half[2]));
                    a[x] = Level(half[3]);
                    opaque &= a[x] >= Opaque;
                }
                break;
            default:
                throw new NotSupportedException($"Rows of the kind {_type} are not read.");
        }
        return opaque;
    }

    // Colours of a wider space lie outside 0 to 1.
    private static float Level(Half value) => 255 * Math.Clamp((float)value, 0, 1);

    // Of each pixel the sums of colour times alpha, alpha, and colour.
    private void Gather()
    {
        for (int x = 0; x < _width; x++)
        {
            Span<float> sum = _sums.AsSpan(8 * (x / _by), 8);
            float a = _row[(3 * _width) + x];
            sum[3] += a;
            for (int c = 0; c < 3; c++)
            {
                float value = _row[(c * _width) + x];
                sum[c] += a * value;
                sum[4 + c] += value;
            }
        }
    }

    private void Write(float[] row, int y, bool opaque)
    {
        int start = _first + (y * _stepY);
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            Span<float> plane = _color.Plane(c);
            ReadOnlySpan<float> values = row.AsSpan(c * _width, _reduced);
            if (_stepX == 1) values.CopyTo(plane[start..]);
            else
                for (int x = 0, at = start; x < values.Length; x++, at += _stepX) plane[at] = values[x];
        }
        if (opaque && _alpha is null) return;
        if (_alpha is null)
        {
            _alpha = new byte[_color.Width * _color.Height];
            _alpha.AsSpan().Fill(Opaque);
        }
        for (int x = 0, at = start; x < _reduced; x++, at += _stepX) _alpha[at] = PixelBytes.ToByte(row[(3 * _width) + x]);
    }
}
