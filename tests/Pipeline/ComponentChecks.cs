using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>What ML.NET asks of every estimator and transformer, each as a check of its own. The ideas are those of its tests.</summary>
internal static class ComponentChecks
{
    /// <summary>Checks of an estimator and of what it fits.</summary>
    public static IReadOnlyList<(string Name, Action<Subject> Check)> OfEstimators { get; } =
    [
        ("Fit and GetOutputSchema refuse null", s =>
        {
            Assert.ThrowsAny<ArgumentException>(() => s.Estimator.Fit(null!));
            Assert.ThrowsAny<ArgumentException>(() => s.Estimator.GetOutputSchema(null!));
        }),
        ("the shape is that of the schema", s =>
            Assert.Equal(Visible(s.View.Schema).Select(Shape).Order(), s.Estimator.GetOutputSchema(ShapeProbe.Of(s.Rows))
                .Select(c => $"{c.Name} {c.Kind} {c.ItemType}").Order())),
        ("a shape without the input is refused", s =>
            Assert.ThrowsAny<ArgumentException>(() => s.Estimator.GetOutputSchema(new SchemaShape([])))),
        ("a view without the input is refused", s =>
            Assert.ThrowsAny<ArgumentException>(() => s.Estimator.Fit(Stranger()))),
        ("nothing is read before a row is", s =>
        {
            CountingView counted = new(s.Rows);
            IDataView view = s.Model.Transform(counted);
            using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[s.Added[0]]]);
            Assert.Empty(counted.Values); // a loaded model's cursors are ML.NET's, which read ahead
        }),
        ("Fit again gives the same", s =>
        {
            ITransformer again = s.Estimator.Fit(s.Rows);
            using IDisposable? held = again as IDisposable;
            Assert.Equal(Described(s.View.Schema), Described(again.Transform(s.Rows).Schema));
            Assert.Equal(s.Values, Table(again.Transform(s.Rows), [.. s.Added]));
        }),
    ];

    /// <summary>Checks of a transformer, live or loaded.</summary>
    public static IReadOnlyList<(string Name, Action<Subject> Check)> OfTransformers { get; } =
    [
        ("null is refused", s =>
        {
            Assert.ThrowsAny<ArgumentException>(() => s.Model.Transform(null!));
            Assert.ThrowsAny<ArgumentException>(() => s.Model.GetOutputSchema(null!));
        }),
        ("a view without the input is refused", s =>
        {
            Assert.ThrowsAny<ArgumentException>(() => s.Model.Transform(Stranger()));
            Assert.ThrowsAny<ArgumentException>(() => s.Model.GetOutputSchema(Stranger().Schema));
        }),
        ("GetOutputSchema is Transform's", s =>
            Assert.Equal(Described(s.View.Schema), Described(s.Model.GetOutputSchema(s.Rows.Schema)))),
        ("the input's columns stay in their order", s => Assert.Equal(
            s.Rows.Schema.Select(c => c.Name).Where(n => !s.Added.Contains(n)),
            Visible(s.View.Schema).Select(c => c.Name).Where(n => !s.Added.Contains(n) && s.Rows.Schema.Any(c => c.Name == n)))),
        ("an output takes the place of an input of its name, or comes last", s =>
        {
            List<string> expected = [.. s.Rows.Schema.Select(c => c.Name)];
            expected.AddRange(s.Added.Where(name => !expected.Contains(name)));
            Assert.Equal(expected, Visible(s.View.Schema).Select(c => c.Name).Where(n => expected.Contains(n)));
        }),
        ("a schema's columns know their places", s =>
        {
            for (int i = 0; i < s.View.Schema.Count; i++) Assert.Equal(i, s.View.Schema[i].Index);
            Assert.All(s.Added, name => Assert.False(s.View.Schema[name].IsHidden));
        }),
        ("values have the column's type", s => Assert.All(s.Added, name => Typed(s.View, s.View.Schema[name]))),
        ("it maps row to row", s => Assert.True(s.Model.IsRowToRowMapper)),
        ("the mapper's schemas are the views'", s =>
        {
            IRowToRowMapper mapper = s.Model.GetRowToRowMapper(s.Rows.Schema);
            Assert.Equal(Described(s.Rows.Schema), Described(mapper.InputSchema));
            Assert.Equal(Described(s.View.Schema), Described(mapper.OutputSchema));
        }),
        ("the mapper gives what the cursor gives", s =>
        {
            IRowToRowMapper mapper = s.Model.GetRowToRowMapper(s.Rows.Schema);
            DataViewSchema.Column[] columns = [.. s.Added.Select(name => mapper.OutputSchema[name])];
            using DataViewRowCursor cursor = s.Rows.GetRowCursor([.. mapper.GetDependencies(columns)]);
            using DataViewRow row = mapper.GetRow(cursor, columns);
            Func<string>[] readers = [.. columns.Select(column => Reader(row, column))];
            List<string> found = [];
            while (cursor.MoveNext()) found.Add(string.Join(" | ", readers.Select(read => read())));
            Assert.Equal(s.Values, found);
        }),
        ("dependencies are columns of the input", s =>
        {
            IRowToRowMapper mapper = s.Model.GetRowToRowMapper(s.Rows.Schema);
            DataViewSchema.Column[] needed = [.. mapper.GetDependencies([mapper.OutputSchema[s.Added[0]]])];
            Assert.NotEmpty(needed);
            Assert.All(needed, column => Assert.Equal(column.Name, s.Rows.Schema[column.Index].Name));
        }),
        ("no dependencies where nothing is asked", s =>
            Assert.Empty(s.Model.GetRowToRowMapper(s.Rows.Schema).GetDependencies([]))),
        ("a cursor over no column passes every row", s =>
        {
            using DataViewRowCursor cursor = s.View.GetRowCursor([]);
            int rows = 0;
            while (cursor.MoveNext()) rows++;
            Assert.Equal(s.Values.Count, rows);
            Assert.All(s.Added, name => Assert.False(cursor.IsColumnActive(s.View.Schema[name])));
        }),
        ("what is asked for is active, alone", s =>
        {
            DataViewSchema.Column asked = s.View.Schema[s.Added[^1]];
            using DataViewRowCursor cursor = s.View.GetRowCursor([asked]);
            Assert.True(cursor.IsColumnActive(asked));
            foreach (string other in s.Added.SkipLast(1))
            {
                Assert.False(cursor.IsColumnActive(s.View.Schema[other]));
                Assert.ThrowsAny<Exception>(() => Reader(cursor, s.View.Schema[other]));
            }
        }),
        ("each output can be read alone", s =>
        {
            for (int i = 0; i < s.Added.Count; i++)
                Assert.Equal(s.Values.Select(v => v.Split(" | ")[i]), Table(s.View, s.Added[i]));
        }),
        ("a getter of another type is refused", s =>
        {
            DataViewSchema.Column column = s.View.Schema[s.Added[0]];
            using DataViewRowCursor cursor = s.View.GetRowCursor([column]);
            Assert.ThrowsAny<Exception>(() => cursor.GetGetter<DateTime>(column));
        }),
        ("a getter gives the same again", s =>
        {
            DataViewSchema.Column column = s.View.Schema[s.Added[0]];
            using DataViewRowCursor cursor = s.View.GetRowCursor([column]);
            (Func<string> one, Func<string> two) = (Reader(cursor, column), Reader(cursor, column));
            Assert.True(cursor.MoveNext());
            Assert.Equal(one(), two());
        }),
        ("positions count from 0", s =>
        {
            using DataViewRowCursor cursor = s.View.GetRowCursor([s.View.Schema[s.Added[0]]]);
            Assert.Equal(-1, cursor.Position);
            for (int i = 0; cursor.MoveNext(); i++) Assert.Equal(i, cursor.Position);
        }),
        ("the number of rows is right or unknown", s => Assert.True((s.View.GetRowCount() ?? s.Values.Count) == s.Values.Count)),
        ("rows have ids of their own", s => Assert.Equal(s.Values.Count, Ids(s.View.GetRowCursor([])).Distinct().Count())),
        ("two cursors see the same rows", s =>
        {
            Assert.Equal(s.Values, Table(s.View, [.. s.Added]));
            Assert.Equal(Ids(s.View.GetRowCursor([])), Ids(s.View.GetRowCursor([s.View.Schema[s.Added[0]]])));
        }),
        ("a cursor set sees every row once", s =>
        {
            DataViewSchema.Column[] columns = [.. s.Added.Select(name => s.View.Schema[name])];
            List<string> found = [];
            foreach (DataViewRowCursor cursor in s.View.GetRowCursorSet(columns, 3))
                using (cursor) found.AddRange(Read(cursor, columns));
            Assert.Equal(s.Values.Order(), found.Order());
        }),
        ("the same seed shuffles alike", s =>
        {
            DataViewSchema.Column column = s.View.Schema[s.Added[0]];
            List<string> Shuffled()
            {
                using DataViewRowCursor cursor = s.View.GetRowCursor([column], s.View.CanShuffle ? new Random(5) : null);
                return [.. Read(cursor, [column])];
            }
            List<string> one = Shuffled();
            Assert.Equal(one, Shuffled());
            Assert.Equal(Table(s.View, column.Name).Order(), one.Order());
        }),
        ("nothing is read that nobody asks for", s =>
        {
            CountingView counted = new(s.Rows);
            IDataView view = s.Model.Transform(counted);
            using (DataViewRowCursor cursor = view.GetRowCursor([])) while (cursor.MoveNext()) { }
            Assert.Empty(counted.Values);
        }),
        ("only the input's own columns are read", s =>
        {
            CountingView counted = new(s.Rows);
            IDataView view = s.Model.Transform(counted);
            Assert.Equal(s.Values, Table(view, [.. s.Added]));
            Assert.DoesNotContain("Unused", counted.Asked);
        }),
        ("what is saved and loaded is the same", s =>
        {
            IDataView again = TestRows.Reload(new MLContext(), s.Model, s.Rows.Schema).Transform(s.Rows);
            Assert.Equal(Visible(s.View.Schema).Select(c => $"{c.Name} {c.Type}"), Visible(again.Schema).Select(c => $"{c.Name} {c.Type}"));
            Assert.Equal(s.Values, Table(again, [.. s.Added]));
        }),
    ];

    /// <summary>The values of a view's columns, a text for each row.</summary>
    public static List<string> Table(IDataView view, params string[] names)
    {
        DataViewSchema.Column[] columns = [.. names.Select(name => view.Schema[name])];
        using DataViewRowCursor cursor = view.GetRowCursor(columns);
        return [.. Read(cursor, columns)];
    }

    private static IEnumerable<string> Read(DataViewRowCursor cursor, DataViewSchema.Column[] columns)
    {
        Func<string>[] readers = [.. columns.Select(column => Reader(cursor, column))];
        while (cursor.MoveNext()) yield return string.Join(" | ", readers.Select(read => read()));
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case ImageDataViewType:
                ValueGetter<MLImage> images = row.GetGetter<MLImage>(column);
                MLImage image = null!;
                return () =>
                {
                    images(ref image);
                    return $"{image.Width} x {image.Height} {Convert.ToHexString(TestRows.Rgba(image))}";
                };
            case VectorDataViewType:
                ValueGetter<VBuffer<float>> vectors = row.GetGetter<VBuffer<float>>(column);
                VBuffer<float> vector = default;
                return () =>
                {
                    vectors(ref vector);
                    return string.Join(' ', vector.DenseValues());
                };
            default:
                ValueGetter<float> numbers = row.GetGetter<float>(column);
                float number = 0;
                return () =>
                {
                    numbers(ref number);
                    return $"{number}";
                };
        }
    }

    private static void Typed(IDataView view, DataViewSchema.Column column)
    {
        string value = Table(view, column.Name)[0];
        if (column.Type is ImageDataViewType { Width: > 0 } image) Assert.StartsWith($"{image.Width} x {image.Height} ", value);
        if (column.Type is VectorDataViewType { IsKnownSize: true } vector) Assert.Equal(vector.Size, value.Split(' ').Length);
    }

    private static List<DataViewRowId> Ids(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            List<DataViewRowId> ids = [];
            ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                getter(ref id);
                ids.Add(id);
            }
            return ids;
        }
    }

    private static IDataView Stranger() => new MLContext().Data.LoadFromEnumerable([new Unrelated()]);

    private static IEnumerable<DataViewSchema.Column> Visible(DataViewSchema schema) => schema.Where(column => !column.IsHidden);

    private static IEnumerable<string> Described(DataViewSchema schema) => schema.Select(c => $"{c.Index} {c.Name} {c.Type} {c.IsHidden}");

    private static string Shape(DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? $"{column.Name} {(vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector)} "
            + $"{vector.ItemType}"
        : $"{column.Name} {SchemaShape.Column.VectorKind.Scalar} {column.Type}";

    /// <summary>What is checked: rows, how they are transformed, and the columns that come.</summary>
    public sealed record Subject(IDataView Rows, IEstimator<ITransformer> Estimator, ITransformer Model, IReadOnlyList<string> Added)
    {
        public IDataView View { get; } = Model.Transform(Rows);

        public List<string> Values => field ??= Table(View, [.. Added]);
    }

    private sealed class Unrelated
    {
        public double Other2 { get; set; }
    }
}
