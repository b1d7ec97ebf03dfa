using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>A column that a transformer adds to a row, and the input columns that its values are made of.</summary>
internal sealed record AddedColumn(string Name, DataViewType Type, IReadOnlyList<int> Sources, DataViewSchema.Annotations? Annotations = null);
