namespace MLNetStyle.Kernels;

/// <summary>Shares a convolution out to the workers.</summary>
/// <remarks>
/// Two ways. Where weights are small and tiles many, each worker takes a few tiles at a time through all three steps, so that what
/// lies between them stays in its cache. Where weights are large, the three steps are done one after the other for many tiles,
/// so that weights are read once. Either way, and for any number of workers, every sum has the same order.
/// </remarks>
internal sealed unsafe class ConvolutionRunner(KernelSet kernels, WorkerPool pool) : IWork
{
    /// <summary>Bytes of weights up to which each worker reads all of them for its own few tiles.</summary>
    internal static long SmallWeights { get; set; } = 10L << 20;

    /// <summary>Bytes that a worker's own area may take.</summary>
    internal static long OwnBytes { get; set; } = 1280L << 10;

    /// <summary>Bytes that the common area may take.</summary>
    internal static long CommonBytes { get; set; } = 24L << 20;

    private const int OutputsAtOnce = 128;
    private const int BlocksPerWorker = 4;

    /// <summary>Tiles that an item takes.</summary>
    private const int Group = 24;

    private ConvolutionCall _call;
    private TileArea _area;
    private float* _scratch;
    private long _scratchPerWorker;
    private int _first;
    private int _count;
    private Step _step;

    private enum Step
    {
        Whole,
        In,
        Multiply,
        Out,
    }

    /// <summary>Whether direct sums are less work than Winograd's transforms: on maps of a few pixels.</summary>
    public static bool IsDirectBetter(int height, int width) => height * width <= 4 || height == 1 || width == 1;

    /// <summary>Floats of work area for a convolution.</summary>
    public static long ScratchFloats(in ConvolutionCall call, int workers)
    {
        bool shared = IsShared(call, workers);
        return Area(call, Capacity(call, shared)) * (shared ? 1 : workers);
    }

    /// <summary>Runs it; the scratch holds what <see cref="ScratchFloats"/> says.</summary>
    public void Run(in ConvolutionCall call, float* scratch)
    {
        _call = call;
        bool shared = IsShared(call, pool.Workers);
        int capacity = Capacity(call, shared);
        _scratch = scratch;
        _scratchPerWorker = Area(call, capacity);
        if (!shared)
        {
            _step = Step.Whole;
            _count = capacity;
            pool.Run(this, (call.Tiles + capacity - 1) / capacity);
            return;
        }
        _area = At(scratch, call, capacity);
        for (_first = 0; _first < call.Tiles; _first += capacity)
        {
            _count = Math.Min(capacity, call.Tiles - _first);
            _step = Step.In;
            pool.Run(this, (_count + Group - 1) / Group * (call.Inputs / Layout.Block));
            _step = Step.Multiply;
            pool.Run(this, call.Points * ((call.Outputs + OutputsAtOnce - 1) / OutputsAtOnce));
            _step = Step.Out;
            pool.Run(this, (_count + Group - 1) / Group * (call.Outputs / Layout.Block));
        }
    }

    void IWork.Execute(int item, int worker)
    {
        ref readonly ConvolutionCall call = ref _call;
        int groups = (_count + Group - 1) / Group;
        switch (_step)
        {
            case Step.Whole:
                int first = item * _count, count = Math.Min(_count, call.Tiles - first);
                TileArea own = At(_scratch + worker * _scratchPerWorker, call, _count);
                kernels.TransformIn(call, own, first, count, 0, 0, call.Inputs / Layout.Block);
                for (int point = 0; point < call.Points; point++) kernels.Multiply(call, own, point, 0, call.Outputs, 0, count);
                kernels.TransformOut(call, own, first, count, 0, 0, call.Outputs / Layout.Block);
                break;
            case Step.In:
                int start = item % groups * Group, block = item / groups;
                kernels.TransformIn(call, _area, _first + start, Math.Min(Group, _count - start), start, block, block + 1);
                break;
            case Step.Multiply:
                int parts = (call.Outputs + OutputsAtOnce - 1) / OutputsAtOnce, output = item % parts * OutputsAtOnce;
                kernels.Multiply(call, _area, item / parts, output, Math.Min(output + OutputsAtOnce, call.Outputs), 0, _count);
                break;
            case Step.Out:
                start = item % groups * Group;
                block = item / groups;
                kernels.TransformOut(call, _area, _first + start, Math.Min(Group, _count - start), start, block, block + 1);
                break;
        }
    }

    /// <summary>Many tiles at a time, or few for each worker: too few for all workers to have enough to do count as many at a
    /// time.</summary>
    private static bool IsShared(in ConvolutionCall call, int workers) =>
        KernelSet.WeightFloats(call.Inputs, call.Outputs, call.Direct) * sizeof(float) > SmallWeights
        || call.Tiles < BlocksPerWorker * workers * Capacity(call, false);

    private static int Capacity(in ConvolutionCall call, bool shared)
    {
        long tile = (long)call.Points * (call.Depth * Layout.Block + call.Outputs) * sizeof(float);
        long room = Math.Clamp((shared ? CommonBytes : OwnBytes) / tile / Group * Group, Group, 1 << 20);
        // As often as needed, but as few at a time as that allows.
        if (shared) room = Math.Min(room, Layout.RoundUp((int)(call.Tiles / ((call.Tiles + room - 1) / room)) + 1, Group));
        return (int)Math.Min(room, Layout.RoundUp(call.Tiles, Layout.Rows));
    }

    private static long Area(in ConvolutionCall call, int capacity) =>
        TileArea.InputFloats(call, capacity) + TileArea.ProductFloats(call, capacity) + Layout.Block;

    private static TileArea At(float* scratch, in ConvolutionCall call, int capacity) => new()
    {
        Inputs = scratch,
        Products = scratch + TileArea.InputFloats(call, capacity),
        Capacity = capacity,
    };
}
