namespace MLNetStyle.Kernels;

/// <summary>Shares the gradient of a convolution's filters out to the workers.</summary>
/// <remarks>Tiles are taken in runs that depend on the shapes alone, so that every sum has the same order for any number of
/// workers.</remarks>
internal sealed unsafe class FilterGradientRunner(KernelSet kernels, WorkerPool pool) : IWork
{
    private const int Group = 24;
    private const long AreaBytes = 3L << 20;
    private const int Points = 36;

    private ConvolutionCall _call;
    private float* _gradient;
    private TileArea _area;
    private float* _sums;
    private float* _filters;
    private int _first;
    private int _count;
    private int _realInputs;
    private int _realOutputs;
    private Step _step;

    private enum Step
    {
        In,
        Gradient,
        Multiply,
        Filters,
    }

    /// <summary>Floats of work area for a convolution.</summary>
    public static long ScratchFloats(in ConvolutionCall call)
    {
        int capacity = Capacity(call);
        return TileArea.InputFloats(call, capacity) + TileArea.ProductFloats(call, capacity) + Layout.Block
            + Points * (long)call.Inputs * call.Outputs;
    }

    /// <summary>Adds the gradient by the filters.</summary>
    /// <param name="call">The convolution as it went forward: its source, channels and size.</param>
    /// <param name="gradient">The gradient by its result.</param>
    /// <param name="realInputs">The filters' input channels.</param>
    /// <param name="realOutputs">The filters' output channels.</param>
    /// <param name="filters">[outputs][inputs][3][3]; the gradient is added.</param>
    /// <param name="scratch">Holds what <see cref="ScratchFloats"/> says.</param>
    public void Run(in ConvolutionCall call, float* gradient, int realInputs, int realOutputs, float* filters, float* scratch)
    {
        _call = call;
        _gradient = gradient;
        _filters = filters;
        (_realInputs, _realOutputs) = (realInputs, realOutputs);
        int capacity = Capacity(call);
        _sums = scratch;
        long sums = Points * (long)call.Inputs * call.Outputs;
        new Span<float>(scratch, checked((int)sums)).Clear();
        _area = new TileArea
        {
            Inputs = scratch + sums,
            Products = scratch + sums + TileArea.InputFloats(call, capacity),
            Capacity = capacity
        };
        for (_first = 0; _first < call.Tiles; _first += capacity)
        {
            _count = Math.Min(capacity, call.Tiles - _first);
            int groups = (_count + Group - 1) / Group;
            _step = Step.In;
            pool.Run(this, groups * (call.Inputs / Layout.Block));
            _step = Step.Gradient;
            pool.Run(this, groups * (call.Outputs / Layout.Block));
            _step = Step.Multiply;
            pool.Run(this, Points);
        }
        _step = Step.Filters;
        pool.Run(this, call.Inputs / Layout.Block);
    }

    void IWork.Execute(int item, int worker)
    {
        ref readonly ConvolutionCall call = ref _call;
        int groups = (_count + Group - 1) / Group, start = item % groups * Group, block = item / groups;
        switch (_step)
        {
            case Step.In:
                kernels.TransformIn(call, _area, _first + start, Math.Min(Group, _count - start), start, block, block + 1);
                break;
            case Step.Gradient:
                kernels.TransformGradient(call, _gradient, _area, _first + start, Math.Min(Group, _count - start), start, block, block + 1);
                break;
            case Step.Multiply:
                float* inputs = _area.Inputs + item * _area.InputStride(call), products = _area.Products + item * _area.ProductStride(call);
                float* sums = _sums + (long)item * call.Inputs * call.Outputs;
                for (int input = 0; input < call.Inputs; input += Layout.Block)
                    for (int output = 0; output < call.Outputs; output += Layout.Block)
                        kernels.AddOuter(
                            inputs + input / Layout.Block * _area.Row, products + output / Layout.Block * _area.Row, _count,
                            sums + (long)input * call.Outputs + output, call.Outputs);
                break;
            default:
                kernels.AddFilterGradient(
                    _sums, call.Inputs, call.Outputs, _realInputs, _realOutputs, item * Layout.Block, (item + 1) * Layout.Block, _filters);
                break;
        }
    }

    private static int Capacity(in ConvolutionCall call)
    {
        long tile = (long)Points * (call.Inputs + call.Outputs) * sizeof(float);
        return (int)Math.Min(Math.Max(AreaBytes / tile / Group * Group, Group), Layout.RoundUp(call.Tiles, Group));
    }
}
