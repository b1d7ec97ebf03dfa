namespace MLNetStyle.Samples.Pipelines;

/// <summary>A short ML.NET program that shows one feature.</summary>
internal sealed record PipelineSample(string Name, string Summary, Action<SampleInput> Run);
