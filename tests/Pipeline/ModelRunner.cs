using Microsoft.ML;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>The other process of the tests: loads a saved model, gives it a row, and writes the picture's bytes.</summary>
internal static class ModelRunner
{
    public const string Command = "run-model";

    public static int Main(string[] arguments)
    {
        if (arguments is not [Command, string model, string image, string output])
        {
            Console.Error.WriteLine("These tests are run by 'dotnet test'.");
            return 1;
        }
        MLContext ml = new();
        ITransformer loaded = ml.Model.Load(model, out _);
        IDataView rows = ml.Data.LoadFromEnumerable([new TestRows.PathRow { Path = image }]);
        File.WriteAllBytes(output, TestRows.FirstImage(loaded.Transform(rows), "Styled"));
        return 0;
    }
}
