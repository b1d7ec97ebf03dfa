using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>What the transformers that make one value of two images do with a row.</summary>
internal sealed class TwoImageBinding<T>(
    DataViewSchema input, DataViewSchema fitted, TwoImageColumns columns, DataViewType type, Action<ImagePixels> check,
    Func<ImagePixels, ImagePixels, T> apply, Func<Func<T>, Delegate> getter, Skipping? skipping)
    : RowBinding(input, [new AddedColumn(columns.Output, type, Sources(input, columns))], skipping)
{
    public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active)
    {
        IReadOnlyList<int> sources = Added[0].Sources;
        int? path = sources.Count > 2 ? sources[2] : null;
        return new Values(row, new ImageCell(row, sources[0], path, InputColumns.Fitted(fitted, columns.First)),
            new ImageCell(row, sources[1], path, InputColumns.Fitted(fitted, columns.Second)), check, apply, getter);
    }

    private static List<int> Sources(DataViewSchema input, TwoImageColumns columns)
    {
        List<int> sources = [InputColumns.Image(input, columns.First).Index, InputColumns.Image(input, columns.Second).Index];
        if (InputColumns.Path(input, columns.Path) is { } path) sources.Add(path);
        return sources;
    }

    private sealed class Values(DataViewRow row, ImageCell first, ImageCell second, Action<ImagePixels> check,
        Func<ImagePixels, ImagePixels, T> apply, Func<Func<T>, Delegate> getter) : RowValues
    {
        private readonly RowMemo<T> _memo = new(row, () =>
        {
            (ImagePixels one, ImagePixels two) = (first.Read(), second.Read());
            return RowFailure.Named(() => apply(one, two), first.Where, first.Column);
        });

        public override void Check()
        {
            first.Check(check);
            second.Check(check);
        }

        public override Delegate Getter(int added) => getter(() => _memo.Value);
    }
}
