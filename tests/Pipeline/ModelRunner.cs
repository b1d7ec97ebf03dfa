using Microsoft.ML;
using MLNetStyle.Tests.Clusters;
using MLNetStyle.Tests.Samples;
using MLNetStyle.Tests.Stylization;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>
/// The other process of the tests: loads a saved model, gives it a row, and writes the picture's bytes; or runs a batch that breaks, the
/// large campaigns of kills, memory and misuse, or the measure of films.
/// </summary>
internal static class ModelRunner
{
    public const string Command = "run-model";

    public static int Main(string[] arguments)
    {
        if (arguments is [QueueTests.Command, .. var worker]) return QueueTests.RunWorker(worker);
        if (arguments is [BatchProcess.Command, .. var batch]) return BatchProcess.Execute(batch);
        if (arguments is [SequenceMeasure.Command, .. var measure]) return SequenceMeasure.Execute(measure);
        if (arguments is [KillCampaign.Command, .. var campaign]) return KillCampaign.Execute(campaign);
        if (arguments is [SoakCampaign.Command, .. var soak]) return SoakCampaign.Execute(soak);
        if (arguments is [MisuseTests.Command, var rounds])
            return MisuseTests.Execute(int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture)).Result;
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
