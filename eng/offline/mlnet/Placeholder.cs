namespace Microsoft.ML;
