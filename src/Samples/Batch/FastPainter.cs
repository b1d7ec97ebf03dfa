using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

namespace MLNetStyle.Samples.Batch;

/// <summary>Paints with a trained network, in one pass.</summary>
internal sealed class FastPainter : IBatchPainter
{
    private readonly FastStyleOperation _operation;
    private readonly Func<BatchItem, string> _file;
    private readonly PictureReadOptions _reading;

    public FastPainter(string file, FastStyleTransferOptions options, PictureReadOptions reading, Func<BatchItem, string> path)
    {
        (_file, _reading) = (path, reading);
        FastStyleNetwork network = FastStyleNetwork.Load(file);
        _operation = FastStyleTransferTransformer.Operation(network, options, network.Styles[0]);
    }

    public void Prepare(BatchItem item, CancellationToken cancellation)
    {
    }

    public BatchInput Read(BatchItem item)
    {
        using MLImage image = ImagePixels.ToImage(PictureReader.Read(_file(item), "picture", _reading));
        return new BatchInput(ImagePixels.Read(image), []);
    }

    public BatchPicture? Paint(BatchItem item, BatchInput input, int worker, StylizationCallbacks? callbacks,
        CancellationToken cancellation)
    {
        using MLImage painted = _operation.Apply(input.Image, (ImagePixels?)null).ToImage();
        ImagePixels pixels = ImagePixels.Read(painted);
        return new BatchPicture(pixels.Color, pixels.Alpha);
    }

    public void Dispose() => _operation.Dispose();
}
