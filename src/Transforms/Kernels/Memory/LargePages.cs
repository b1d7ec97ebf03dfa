using System.Runtime.InteropServices;

namespace MLNetStyle.Kernels;

/// <summary>Memory straight from Linux: given back at once, taken as it is touched, in pages of 2 MB where the system grants
/// them.</summary>
/// <remarks>
/// The C library keeps freed memory of up to 32 MB for later, in pieces that the next size of image does not fit into. Pages of 2 MB spare
/// the
/// convolutions, which walk 36 matrices at once, most misses of the page table's cache.
/// </remarks>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes from which memory is taken here.</summary>
    public const long Least = 1 << 20;

    private const long Page = 2 << 20;
    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;
    private const int Huge = 14;

    /// <summary>Takes zeroed memory on a boundary of 2 MB.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="taken">What to give back.</param>
    /// <returns>The memory; null where there is none of this kind.</returns>
    public static void* Take(long bytes, out (nint Address, nuint Bytes) taken)
    {
        taken = default;
        if (!OperatingSystem.IsLinux() || bytes < Least) return null;
        try
        {
            nuint room = (nuint)(bytes + Page);
            nint address = Map(0, room, ReadAndWrite, PrivateAndAnonymous, -1, 0);
            if (address == -1) return null;
            taken = (address, room);
            nint start = (nint)((address + Page - 1) & ~(Page - 1));
            // The rest stays on small pages: a large one would take all of its memory.
            if (bytes >= Page) _ = Advise(start, (nuint)(bytes & ~(Page - 1)), Huge);
            return (void*)start;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives memory back.</summary>
    public static void Give((nint Address, nuint Bytes) taken) => _ = Unmap(taken.Address, taken.Bytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
