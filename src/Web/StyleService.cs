using System.Threading.Channels;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Web;

/// <summary>A fitted model, and the prediction engines that requests take turns with.</summary>
/// <remarks>
/// A <see cref="PredictionEngine{TSrc,TDst}"/> is for one thread at a time, so each request has one to itself. All share the model: none
/// owns the transformer, and this class disposes engines and model. Safe for use by several threads.
/// </remarks>
internal sealed class StyleService : IDisposable
{
    private readonly Channel<PredictionEngine<Upload, Answer>> _idle = Channel.CreateUnbounded<PredictionEngine<Upload, Answer>>();
    private readonly ITransformer _model;
    private readonly int _engines;
    private readonly TimeSpan _queueLimit, _timeLimit;

    /// <summary>Measures the style and makes the engines.</summary>
    public StyleService(StyleServiceOptions options)
    {
        options.Validate();
        (_queueLimit, _timeLimit) = (TimeSpan.FromSeconds(options.QueueLimit), TimeSpan.FromSeconds(options.TimeLimit));
        _engines = options.Engines > 0 ? options.Engines : options.Size is > 0 and <= 256 ? Environment.ProcessorCount : 1;
        MLContext ml = new();
        StyleTransferOptions style = new() { Size = options.Size, Iterations = options.Iterations, Network = options.Network };
        style.Compute.Sessions = _engines;
        PictureReadOptions reading = new() { MaxPixels = options.MaxPixels, LongerSide = options.Size };
        _model = ml.Style.DecodeImages("Image", "Bytes", reading)
            .Append(ml.Style.StyleTransfer("Styled", "Image", Path.GetFullPath(options.File), style))
            .Fit(ml.Data.LoadFromEnumerable<Upload>([]));
        for (int i = 0; i < _engines; i++)
        {
            _idle.Writer.TryWrite(ml.Model.CreatePredictionEngine<Upload, Answer>(_model,
                new PredictionEngineOptions { OwnsTransformer = false }));
        }
    }

    /// <summary>Paints a picture.</summary>
    /// <param name="picture">A picture file.</param>
    /// <param name="aborted">Ends it early: the caller has gone.</param>
    /// <returns>A PNG file.</returns>
    /// <exception cref="ImageReadException">It is no picture that can be read.</exception>
    /// <exception cref="QueueFullException">No engine was free in time.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<byte[]> PaintAsync(byte[] picture, CancellationToken aborted)
    {
        PredictionEngine<Upload, Answer> engine = await EngineAsync(aborted);
        try
        {
            using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(aborted);
            time.CancelAfter(_timeLimit);
            return await Task.Run(() => Paint(engine, picture, time.Token, aborted), CancellationToken.None);
        }
        finally
        {
            await _idle.Writer.WriteAsync(engine, CancellationToken.None);
        }
    }

    /// <summary>Waits for the pictures at hand, then frees engines and model.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _engines; i++) _idle.Reader.ReadAsync().AsTask().GetAwaiter().GetResult().Dispose();
        (_model as IDisposable)?.Dispose();
    }

    private async Task<PredictionEngine<Upload, Answer>> EngineAsync(CancellationToken aborted)
    {
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        wait.CancelAfter(_queueLimit);
        try
        {
            return await _idle.Reader.ReadAsync(wait.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new QueueFullException();
        }
    }

    private static byte[] Paint(PredictionEngine<Upload, Answer> engine, byte[] picture, CancellationToken time, CancellationToken aborted)
    {
        try
        {
            using (RowCancellation.Use(time))
            {
                using MLImage styled = engine.Predict(new Upload { Bytes = picture }).Styled!;
                time.ThrowIfCancellationRequested(); // a run that was ended gives the best picture so far, which nobody asked for
                return PictureFile.Encode(styled); // before the engine's next prediction: the image dies then
            }
        }
        catch (Exception e) when (time.IsCancellationRequested && e is not ImageReadException)
        {
            aborted.ThrowIfCancellationRequested();
            throw new TimeoutException("The picture took too long.", e);
        }
    }

    private sealed class Upload
    {
        public byte[] Bytes { get; set; } = [];
    }

    private sealed class Answer
    {
        public MLImage? Styled { get; set; }
    }
}

/// <summary>Every engine was busy for as long as a request waits.</summary>
internal sealed class QueueFullException() : Exception("All engines are busy.");
