using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Offline;

public sealed class OnnxTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly MLContext _ml = new(1);

    public void Dispose() => File.Delete(_file);

    private IDataView Rows => _ml.Data.LoadFromEnumerable(new Row[] { new() { Values = [1, -2, 3, -4, 5, -6] }, new() { Values = [0, 1, 2, 3, 4, 5] } });

    [Fact]
    public void Columns_are_called_as_the_model_calls_them()
    {
        Write("2", "3");
        OnnxTransformer model = _ml.Transforms.ApplyOnnxModel(_file).Fit(Rows);
        IDataView view = model.Transform(Rows);
        Assert.Equal(["x", "positive", "doubled"], view.Schema.Select(c => c.Name));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2, 3), view.Schema["positive"].Type);
        Assert.Equal([1, 0, 3, 0, 5, 0], view.GetColumn<float[]>("positive").First());
        Assert.Equal([0, 2, 4, 6, 8, 10], view.GetColumn<float[]>("doubled").Last());
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ApplyOnnxModel("nowhere", "x", _file));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ApplyOnnxModel("positive", "Values", _file).Fit(Rows));
    }

    [Fact]
    public void Unknown_sizes_come_from_the_dictionary_of_shapes()
    {
        Write("height", "width");
        Dictionary<string, int[]> shapes = new() { ["x"] = [2, 3], ["positive"] = [2, 3] };
        OnnxTransformer model = _ml.Transforms.ApplyOnnxModel(["positive"], ["x"], _file, shapes, null, false).Fit(Rows);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2, 3), model.GetOutputSchema(Rows.Schema)["positive"].Type);
        Assert.Equal([1, 0, 3, 0, 5, 0], model.Transform(Rows).GetColumn<float[]>("positive").First());
        Assert.False(((VectorDataViewType)_ml.Transforms.ApplyOnnxModel(_file).Fit(Rows).GetOutputSchema(Rows.Schema)["positive"].Type).IsKnownSize);
        shapes["x"] = [2, 3, 1];
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ApplyOnnxModel(["positive"], ["x"], _file, shapes, null, false).Fit(Rows));
    }

    [Fact]
    public void The_network_is_saved_with_the_model()
    {
        Write("2", "3");
        using MemoryStream saved = new();
        _ml.Model.Save(_ml.Transforms.ApplyOnnxModel("positive", "x", _file).Fit(Rows), Rows.Schema, saved);
        File.Delete(_file);
        ITransformer loaded = new MLContext().Model.Load(saved, out _);
        using PredictionEngine<Row, Result> engine = _ml.Model.CreatePredictionEngine<Row, Result>(loaded);
        Assert.Equal([0, 7, 0, 0, 0, 1], engine.Predict(new() { Values = [-1, 7, -1, -1, -1, 1] }).Positive);
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_an_error_unless_the_cpu_may_stand_in()
    {
        Write("2", "3");
        Assert.ThrowsAny<Exception>(() => _ml.Transforms.ApplyOnnxModel(_file, gpuDeviceId: 99, fallbackToCpu: false));
        Assert.Equal(2, _ml.Transforms.ApplyOnnxModel(_file, gpuDeviceId: 99, fallbackToCpu: true).Fit(Rows).Transform(Rows).GetColumn<float[]>("positive").Count());
    }

    [Fact]
    public void An_output_must_declare_its_shape()
    {
        GraphBuilder graph = new();
        graph.Output(graph.Relu(graph.Input("x", ElementType.Float, "2", "3")), "positive");
        OnnxFile.Save(graph, _file);
        Assert.Contains("declares no shape", Assert.Throws<InvalidOperationException>(() => _ml.Transforms.ApplyOnnxModel(_file)).Message);
    }

    private void Write(params string[] shape)
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, shape);
        graph.Output(graph.Relu(x), "positive", ElementType.Float, shape);
        graph.Output(graph.Add(x, x), "doubled", ElementType.Float, shape);
        OnnxFile.Save(graph, _file);
    }

    private sealed class Row
    {
        [ColumnName("x"), VectorType(2, 3)] public float[] Values { get; set; } = [];
    }

    private sealed class Result
    {
        [ColumnName("positive"), VectorType(2, 3)] public float[] Positive { get; set; } = [];
    }
}
