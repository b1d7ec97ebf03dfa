using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace MLNetStyle.Tests.Offline;

public sealed class DataViewTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count)
        .Select(i => new NumberRow { Value = i, Name = $"n{i}", Vector = [i, i + 1, i + 2] }).ToArray());

    [Fact]
    public void Rows_come_back_as_they_went_in()
    {
        NumberRow[] back = [.. _ml.Data.CreateEnumerable<NumberRow>(Rows(3), reuseRowObject: false)];
        Assert.Equal([0, 1, 2], back.Select(r => r.Value));
        Assert.Equal(["n0", "n1", "n2"], back.Select(r => r.Name));
        Assert.Equal([2, 3, 4], back[2].Vector);
        Assert.Equal(3, Rows(3).GetRowCount());
        Assert.Single(_ml.Data.CreateEnumerable<NumberRow>(Rows(3), reuseRowObject: true).Distinct());
    }

    [Fact]
    public void Column_types_come_from_members()
    {
        DataViewSchema schema = Rows(1).Schema;
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Vector"].Type);
        Assert.Same(TextDataViewType.Instance, schema["Name"].Type);
        Assert.Same(NumberDataViewType.Single, schema["Value"].Type);
        Assert.Throws<ArgumentOutOfRangeException>(() => schema["Nowhere"]);
        Assert.Null(schema.GetColumnOrNull("Nowhere"));
    }

    [Fact]
    public void A_getter_of_an_inactive_column_throws()
    {
        IDataView rows = Rows(1);
        using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema["Value"]]);
        Assert.True(cursor.IsColumnActive(rows.Schema["Value"]));
        Assert.False(cursor.IsColumnActive(rows.Schema["Name"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(rows.Schema["Name"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(rows.Schema["Value"]));
    }

    [Fact]
    public void Nothing_is_computed_before_a_row_is_read()
    {
        int computed = 0;
        IDataView view = _ml.Transforms.CustomMapping<NumberRow, Doubled>((s, d) => { computed++; d.Twice = s.Value * 2; }, null).Fit(Rows(3)).Transform(Rows(3));
        IEnumerable<float> values = view.GetColumn<float>("Twice");
        using DataViewRowCursor unread = view.GetRowCursor(view.Schema);
        Assert.Equal(0, computed);
        Assert.Equal([0, 2, 4], values);
        Assert.Equal(3, computed);
        Assert.Equal([0, 1, 2], view.GetColumn<float>("Value"));
        Assert.Equal(3, computed);
    }

    [Fact]
    public void Values_are_kept_between_two_reads_of_a_row()
    {
        int computed = 0;
        IDataView view = _ml.Transforms.CustomMapping<NumberRow, Doubled>((s, d) => { computed++; d.Twice = s.Value * 2; }, null).Fit(Rows(3)).Transform(Rows(3));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Twice"]]);
        ValueGetter<float> get = cursor.GetGetter<float>(view.Schema["Twice"]);
        Assert.True(cursor.MoveNext());
        float value = 0;
        get(ref value);
        get(ref value);
        Assert.Equal(1, computed);
    }

    [Fact]
    public void Columns_can_be_copied_dropped_selected_joined_and_converted()
    {
        IEstimator<ITransformer> pipeline = _ml.Transforms.CopyColumns("Copy", "Value")
            .Append(_ml.Transforms.Concatenate("All", "Copy", "Vector"))
            .Append(_ml.Transforms.Conversion.ConvertType("Whole", "All", DataKind.Int32))
            .Append(_ml.Transforms.DropColumns("Copy", "Vector"))
            .Append(_ml.Transforms.SelectColumns("Whole", "Name"));
        IDataView view = pipeline.Fit(Rows(2)).Transform(Rows(2));
        Assert.Equal(["Whole", "Name"], view.Schema.Select(c => c.Name));
        Assert.Equal([[0, 0, 1, 2], [1, 1, 2, 3]], view.GetColumn<int[]>("Whole"));
    }

    [Fact]
    public void A_column_of_the_same_name_hides_the_older_one()
    {
        IDataView view = _ml.Transforms.CustomMapping<NumberRow, NumberRow>((s, d) => (d.Value, d.Name, d.Vector) = (-s.Value, s.Name, s.Vector), null)
            .Fit(Rows(2)).Transform(Rows(2));
        Assert.Equal(6, view.Schema.Count);
        Assert.True(view.Schema[0].IsHidden);
        Assert.Equal([0, -1], view.GetColumn<float>("Value"));
    }

    [Fact]
    public void Rows_are_cached_taken_skipped_and_filtered()
    {
        int read = 0;
        IDataView counted = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => { read++; return new NumberRow { Value = i, Vector = [0, 0, 0] }; }));
        IDataView cached = _ml.Data.Cache(counted);
        Assert.Equal(cached.GetColumn<float>("Value"), cached.GetColumn<float>("Value"));
        Assert.Equal(5, read);
        Assert.Equal([1, 2], _ml.Data.TakeRows(_ml.Data.SkipRows(cached, 1), 2).GetColumn<float>("Value"));
        Assert.Equal([0, 2, 4], _ml.Data.FilterByCustomPredicate<NumberRow>(cached, row => row.Value % 2 == 1).GetColumn<float>("Value"));
    }

    [Fact]
    public void A_sparse_vector_is_read_like_a_dense_one()
    {
        VBuffer<float> sparse = new(6, [1, 2], [1, 4]), dense = default;
        sparse.CopyToDense(ref dense);
        Assert.Equal([0, 1, 0, 0, 2, 0], dense.GetValues().ToArray());
        Assert.Equal(sparse.DenseValues(), dense.DenseValues());
        Assert.Equal(2, sparse.GetItemOrDefault(4));
        Assert.False(sparse.IsDense);
        Assert.True(dense.GetIndices().IsEmpty);
        VBufferEditor<float> editor = VBufferEditor.Create(ref dense, 3);
        Assert.False(editor.CreatedNewValues);
        editor.Values.Fill(7);
        Assert.Equal([7, 7, 7], editor.Commit().GetValues().ToArray());
        Assert.Throws<ArgumentException>(() => new VBuffer<float>(3, 2, [1, 2], []));
    }

    [Fact]
    public void Types_refuse_what_the_real_ones_refuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataViewType(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataViewType(3, 0));
        Assert.Throws<ArgumentException>(() => new VectorDataViewType(NumberDataViewType.Single, 3, -1));
        Assert.False(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
        Assert.Equal([2, 3], new VectorDataViewType(NumberDataViewType.Byte, 2, 3).Dimensions.ToArray());
        Assert.NotEqual(new VectorDataViewType(NumberDataViewType.Byte, 6), new VectorDataViewType(NumberDataViewType.Byte, 2, 3));
        Assert.Throws<ArgumentException>(() => new KeyDataViewType(typeof(int), 3));
        Assert.Equal("Vector<Single, 2, 3>", new VectorDataViewType(NumberDataViewType.Single, 2, 3).ToString());
    }

    [Fact]
    public void Messages_of_channels_reach_the_log_and_progress_does_not()
    {
        List<string> log = [];
        _ml.Log += (_, e) => log.Add($"{e.Kind}: {e.RawMessage} of {e.Source}");
        Microsoft.ML.Runtime.IHost host = ((Microsoft.ML.Runtime.IHostEnvironment)_ml).Register("Test");
        using (Microsoft.ML.Runtime.IChannel channel = host.Start("work")) channel.Warning(Microsoft.ML.Runtime.MessageSensitivity.None, "row {0}", 3);
        using (Microsoft.ML.Runtime.IProgressChannel progress = host.StartProgressChannel("steps")) progress.Checkpoint(1, 2);
        Assert.Equal(["Warning: row 3 of Test; work"], log);
    }

    private sealed class Doubled
    {
        public float Twice { get; set; }
    }
}
