using System.Buffers;
using System.Collections.Concurrent;

namespace Reservoir.Tests.Bench.Host;

/// <summary>What a .NET program would use instead of a pool of its own: two ways to take a buffer of 2 KB and give it back.</summary>
internal sealed class Rivals
{
    public const int BufferBytes = 2048;
    public const int BufferCount = 1024;

    private readonly ConcurrentQueue<byte[]> _queue = new();

    public Rivals()
    {
        for (int i = 0; i < BufferCount; i++)
        {
            _queue.Enqueue(new byte[BufferBytes]);
        }
    }

    /// <summary>The library's own pool, which keeps an array for each thread.</summary>
    public void RentFromArrayPool(int pairs)
    {
        ArrayPool<byte> pool = ArrayPool<byte>.Shared;
        for (int i = 0; i < pairs; i++)
        {
            pool.Return(pool.Rent(BufferBytes));
        }
    }

    /// <summary>A fixed number of buffers in a queue.</summary>
    public void TakeFromQueue(int pairs)
    {
        for (int i = 0; i < pairs; i++)
        {
            if (_queue.TryDequeue(out byte[]? buffer))
            {
                _queue.Enqueue(buffer);
            }
        }
    }
}
