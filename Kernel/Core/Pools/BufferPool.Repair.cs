namespace Reservoir.Pools;

/// <content>Putting right what a self-test has damaged on purpose.</content>
public abstract unsafe partial class BufferPool
{
    /// <summary>
    /// Takes the buffers that are out of use back into use, with new guard words. Only for a pool whose buffers were damaged on purpose: a
    /// buffer that was damaged otherwise stays out of use, because the program that did it may do it again. Thread context; time in
    /// proportion to the number of buffers.
    /// </summary>
    internal void RepairQuarantined()
    {
        for (ulong i = 0; i < _count; i++)
        {
            Processor.Mask();
            BufferRecord* record = _records + i;
            if (record->Quarantined)
            {
                *BeforeGuard(record->Payload) = _guard;
                *BehindGuard(record->Payload) = _guard;
                record->Quarantined = false;
                record->NextFree = FirstFree;
                FirstFree = record;
                _quarantined--;
                RenewCredit();
            }

            Processor.Unmask();
        }
    }
}
