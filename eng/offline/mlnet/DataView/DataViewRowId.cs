namespace Microsoft.ML.Data;

public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high) => (Low, High) = (low, high);
    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;
    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);
    public int CompareTo(DataViewRowId other) => (High, Low).CompareTo((other.High, other.Low));
    public override int GetHashCode() => HashCode.Combine(Low, High);
    public override string ToString() => $"{High:x16}{Low:x16}";
    public DataViewRowId Fork() => new(Low * 6364136223846793005UL + 1, High ^ 0x9E3779B97F4A7C15UL);
    public DataViewRowId Next() => new(Low + 1, Low == ulong.MaxValue ? High + 1 : High);
    public DataViewRowId Combine(DataViewRowId other) => new(Low * 31 + other.Low, High * 31 + other.High);
}
