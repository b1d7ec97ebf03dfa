using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>ml.Style: every component, for a context; and what calls to components say of their arguments.</summary>
public sealed class StyleCatalogTests : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly TestFolder _folder = new();

    [Fact]
    public void HasEveryMethodOfTheTransformsCatalog()
    {
        string Signature(MethodInfo method) => $"{method.ReturnType} {method.Name}(" + string.Join(", ", method.GetParameters()
            .Where(p => p.ParameterType != typeof(TransformsCatalog) && p.ParameterType != typeof(MLContext))
            .Select(p => $"{p.ParameterType} {p.Name} {p.HasDefaultValue} {p.DefaultValue}")) + ")";
        string[] transforms = [.. typeof(StyleTransferCatalog).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Where(method => method.GetParameters() is [{ } first, ..] && first.ParameterType == typeof(TransformsCatalog))
            .Select(Signature).Order(StringComparer.Ordinal)];
        Assert.True(transforms.Length > 20);
        Assert.Equal(transforms, typeof(StyleCatalog).GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .Where(method => method.DeclaringType == typeof(StyleCatalog) && method.Name != nameof(StyleCatalog.Load))
            .Select(Signature).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryComponentsMessagesReachTheContext()
    {
        List<string> log = [];
        _ml.Log += (_, e) => log.Add($"{e.Source}: {e.RawMessage}");
        IDataView rows = TestRows.Sized(_ml, 1);
        using MLImage style = TestRows.Image(50);
        StyleCatalog own = _ml.Style;
        own.StyleTransfer("S", "Image", style, TestRows.Options).Fit(rows).Dispose();
        own.StyleTransferFromColumn("S", "Image", "Other", TestRows.Options).Fit(rows).Dispose();
        own.LearnStyle("S", "Image", "Other", TestRows.Options).Fit(rows).Dispose();
        own.VggFeatures("S", "Image", "relu1_1", TestRows.Features).Fit(rows).Dispose();
        own.GramStatistics("S", "Image", ["relu1_1"], new GramStatisticsOptions { Network = TinyNetwork.Shared.File }).Fit(rows).Dispose();
        own.StyleDistance("S", "Image", "Other", new StyleDistanceOptions { Network = TinyNetwork.Shared.File, Layers = ["relu1_1"] })
            .Fit(rows).Dispose();
        foreach (string who in new[] { "StyleTransferEstimator", "LearnStyleEstimator", "VggFeaturesEstimator", "GramStatisticsEstimator",
            "StyleDistanceEstimator" })
            Assert.Contains(log, line => line.Contains(who) && (line.Contains("network") || line.Contains("style of")));
    }

    [Fact]
    public void AChannelOpensBeforeTheWork()
    {
        List<string> log = [];
        _ml.Log += (_, e) => log.Add($"{e.Source}: {e.RawMessage}");
        IDataView rows = TestRows.Sized(_ml, 1);
        StyleTransferOptions options = TestRows.Options;
        options.Network = _folder.File("none.safetensors");
        using MLImage style = TestRows.Image(50);
        Assert.Throws<FileNotFoundException>(() => _ml.Style.StyleTransfer("S", "Image", style, options).Fit(rows));
        Assert.Throws<FileNotFoundException>(() =>
            _ml.Style.VggFeatures("S", "Image", "relu1_1", new VggFeaturesOptions { Network = options.Network }).Fit(rows));
        foreach (string who in new[] { "StyleTransferEstimator", "VggFeaturesEstimator" })
        {
            Assert.Contains(log, line => line.Contains(who) && line.Contains("started"));
            Assert.Contains(log, line => line.Contains(who) && line.Contains("finished", StringComparison.OrdinalIgnoreCase)
                || line.Contains(who) && line.Contains("failed", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void ExceptionsNameTheCallsParameters()
    {
        using MLImage style = TestRows.Image(50);
        void Named(string parameter, Action call) => Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
        Named("outputColumnName", () => _ml.Style.StyleTransfer("", "Image", style));
        Named("inputColumnName", () => _ml.Style.StyleTransfer("S", "", style));
        Named("style", () => _ml.Style.StyleTransfer("S", "Image", null!));
        Named("style", () => _ml.Style.StyleTransfer("S", "Image", (MLImage)null!));
        Named("styles", () => _ml.Style.StyleTransfer("S", "Image", (StyleImage[])null!));
        Named("style", () => _ml.Style.FastStyleTransfer("S", "Image", null!));
        Named("styleColumnName", () => _ml.Style.StyleTransferFromColumn("S", "Image", ""));
        Named("contentColumnName", () => _ml.Style.LearnStyle("S", "", "Other"));
        Named("styleColumnName", () => _ml.Style.LearnStyle("S", "Image", ""));
        Named("layer", () => _ml.Style.VggFeatures("S", "Image", null!));
        Named("layers", () => _ml.Style.VggFeatures("S", "Image", [""]));
        Named("inputColumnName", () => _ml.Style.GramStatistics("S", ""));
        Named("imageColumnName", () => _ml.Style.StyleDistance("S", "", "Other"));
        Named("styleColumnName", () => _ml.Style.StyleDistance("S", "Image", ""));
        Named("styledColumnName", () => _ml.Style.PreserveColor("S", "", "Other"));
        Named("contentColumnName", () => _ml.Style.PreserveColor("S", "Image", ""));
        Named("networkFile", () => _ml.Style.ApplyFastStyles("S", "Image", null!));
        Named("inputColumnName", () => _ml.Style.SaveImages("S", "", "folder"));
        Named("columns", () => _ml.Style.LoadPictures([]));
        IDataView rows = TestRows.Sized(_ml, 1);
        Named("inputSchema", () => _ml.Style.PreserveColor("S", "Nothing", "Other").Fit(rows));
        Named("inputSchema", () => _ml.Style.GramStatistics("S", "Nothing", null).Fit(rows)); // null is no ambiguity
    }

    [Fact]
    public void PairsOfColumnsAreDoneAlike()
    {
        IDataView rows = TestRows.Sized(_ml, 1);
        string style = _folder.Add("style.png", 50);
        using var model = _ml.Style.StyleTransfer([new("A", "Image"), new("Other")], style, TestRows.Options).Fit(rows);
        using StyleTransferTransformer one = _ml.Style.StyleTransfer("A", "Image", style, TestRows.Options).Fit(rows);
        using StyleTransferTransformer two = _ml.Style.StyleTransfer("Other", null, style, TestRows.Options).Fit(rows);
        IDataView both = model.Transform(rows);
        Assert.Equal(TestRows.FirstImage(one.Transform(rows), "A"), TestRows.FirstImage(both, "A"));
        Assert.Equal(TestRows.FirstImage(two.Transform(rows), "Other"), TestRows.FirstImage(both, "Other"));
        Assert.Equal(TestRows.FirstImage(both, "A"), TestRows.FirstImage(TestRows.Reload(_ml, model, rows.Schema).Transform(rows), "A"));
        Assert.Contains("made by one pair", Assert.Throws<ArgumentException>(() =>
            _ml.Style.StyleTransfer([new("A", "Image"), new("B", "A")], style)).Message);
        Assert.Contains("two pairs", Assert.Throws<ArgumentException>(() =>
            _ml.Style.StyleTransfer([new("A", "Image"), new("A", "Other")], style)).Message);
    }

    [Fact]
    public void MessagesDontSpeakOfTheCommandLine()
    {
        string message = Assert.Throws<FileNotFoundException>(() => MLNetStyle.Network.Load("no-such-network")).Message;
        Assert.DoesNotContain("--", message);
    }

    public void Dispose() => _folder.Dispose();
}
