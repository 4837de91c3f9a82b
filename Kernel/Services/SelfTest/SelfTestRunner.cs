using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>
/// Runs all self-tests and writes a verdict line each: <c>SELFTEST 07 PASS Name</c> or <c>SELFTEST 07 FAIL Name: what was seen</c>, then
/// <c>SELFTEST SUMMARY n passed, n failed</c>.
/// </summary>
/// <remarks>They run at every boot and whenever the shell is asked to. One run at a time, in a thread less important than both
/// helpers'.</remarks>
public sealed class SelfTestRunner
{
    private readonly SelfTestFixture _fixture;
    private readonly SelfTestCase[] _cases;

    /// <summary>Gathers the tests. Boot context.</summary>
    /// <param name="fixture">What they work on.</param>
    public SelfTestRunner(SelfTestFixture fixture)
    {
        _fixture = fixture;
        _cases =
        [
            new(nameof(PoolTests.RentedBufferHasItsFullSize), PoolTests.RentedBufferHasItsFullSize),
            new(nameof(PoolTests.EveryBufferIsRentedToOneOwnerOnly), PoolTests.EveryBufferIsRentedToOneOwnerOnly),
            new(nameof(PoolTests.EmptyPoolCountsTheRefusal), PoolTests.EmptyPoolCountsTheRefusal),
            new(nameof(PoolTests.SecondReturnIsRefused), PoolTests.SecondReturnIsRefused),
            new(nameof(PoolTests.HandleOfAnEarlierRentalIsRefused), PoolTests.HandleOfAnEarlierRentalIsRefused),
            new(nameof(PoolTests.ForeignHandleIsRefused), PoolTests.ForeignHandleIsRefused),
            new(nameof(PoolTests.ForgedHandleIsRefused), PoolTests.ForgedHandleIsRefused),
            new(nameof(PoolTests.FreeBufferCannotBeReachedByAForgedHandle), PoolTests.FreeBufferCannotBeReachedByAForgedHandle),
            new(nameof(PoolTests.ReturnedHandleHasNoPayload), PoolTests.ReturnedHandleHasNoPayload),
            new(nameof(PoolTests.NumbersAlwaysAddUp), PoolTests.NumbersAlwaysAddUp),
            new(nameof(PoolTests.PlantedOverrunIsDetectedAtReturn), PoolTests.PlantedOverrunIsDetectedAtReturn),
            new(nameof(PoolTests.PlantedUnderrunIsDetectedAtReturn), PoolTests.PlantedUnderrunIsDetectedAtReturn),
            new(nameof(PoolTests.PlantedDamageOfAFreeBufferIsDetectedByTheAudit), PoolTests.PlantedDamageOfAFreeBufferIsDetectedByTheAudit),
            new(nameof(PlantedDamageTests.PlantedBrokenLinkIsNamedByTheAudit), PlantedDamageTests.PlantedBrokenLinkIsNamedByTheAudit),
            new(nameof(PlantedDamageTests.PlantedWrongCountIsNamedByTheAudit), PlantedDamageTests.PlantedWrongCountIsNamedByTheAudit),
            new(nameof(PlantedDamageTests.PlantedWrongOwnerIsNamedByTheAudit), PlantedDamageTests.PlantedWrongOwnerIsNamedByTheAudit),
            new(nameof(OwnershipTests.BufferOfADeviceIsOutOfReach), OwnershipTests.BufferOfADeviceIsOutOfReach),
            new(nameof(OwnershipTests.InjectedFailureIsTheOneThatWasAskedFor), OwnershipTests.InjectedFailureIsTheOneThatWasAskedFor),
            new(nameof(OwnershipTests.HolderRunsAtTheWaitersPriority), OwnershipTests.HolderRunsAtTheWaitersPriority),
            new(nameof(OwnershipTests.BufferOfAKilledThreadComesBack), OwnershipTests.BufferOfAKilledThreadComesBack),
            new(nameof(WaitTests.ReturnedBufferGoesToTheWaiter), WaitTests.ReturnedBufferGoesToTheWaiter),
            new(nameof(WaitTests.ReturnAfterHandOffIsRefused), WaitTests.ReturnAfterHandOffIsRefused),
            new(nameof(WaitTests.MostImportantWaiterIsServedFirst), WaitTests.MostImportantWaiterIsServedFirst),
            new(nameof(WaitTests.WaitForABufferEndsByItsTimeout), WaitTests.WaitForABufferEndsByItsTimeout),
            new(nameof(WaitTests.CancelledWaitGetsNoBuffer), WaitTests.CancelledWaitGetsNoBuffer),
            new(nameof(WaitTests.WaitWithInterruptsMaskedIsRefused), WaitTests.WaitWithInterruptsMaskedIsRefused),
            new(nameof(WaitTests.WaitWithoutAContextIsRefused), WaitTests.WaitWithoutAContextIsRefused),
            new(nameof(WaitTests.SignalBeforeTheWaitIsNotLost), WaitTests.SignalBeforeTheWaitIsNotLost),
            new(nameof(WaitTests.SignalBeyondTheMaximumIsRefused), WaitTests.SignalBeyondTheMaximumIsRefused),
            new(nameof(WaitTests.SemaphoreWaitEndsByItsTimeout), WaitTests.SemaphoreWaitEndsByItsTimeout),
            new(nameof(MessageTests.MessagesArriveInOrderAndNoneTwice), MessageTests.MessagesArriveInOrderAndNoneTwice),
            new(nameof(MessageTests.MessageGoesToTheWaiter), MessageTests.MessageGoesToTheWaiter),
            new(nameof(MessageTests.MessageForAFullQueueIsRefusedAndCounted), MessageTests.MessageForAFullQueueIsRefusedAndCounted),
            new(nameof(MessageTests.WaitForAMessageEndsByItsTimeout), MessageTests.WaitForAMessageEndsByItsTimeout),
            new(nameof(WaitTests.MoreImportantThreadRunsAtOnce), WaitTests.MoreImportantThreadRunsAtOnce),
            new(nameof(WaitTests.SleepIsNotShort), WaitTests.SleepIsNotShort),
            new(nameof(WaitTests.ClockNeverRunsBackwards), WaitTests.ClockNeverRunsBackwards),
            new(nameof(MemoryTests.PlanIsWhatWasAdmitted), MemoryTests.PlanIsWhatWasAdmitted),
            new(nameof(MemoryTests.ReservationAfterTheSealIsRefused), MemoryTests.ReservationAfterTheSealIsRefused),
            new(nameof(MemoryTests.HeapIsSealed), MemoryTests.HeapIsSealed),
            new(nameof(MemoryTests.NoTwoRegionsOverlap), MemoryTests.NoTwoRegionsOverlap),
            new(nameof(MemoryTests.EveryRegionLiesBetweenUnmappedPages), MemoryTests.EveryRegionLiesBetweenUnmappedPages),
            new(nameof(MemoryTests.PageZeroIsNotMapped), MemoryTests.PageZeroIsNotMapped),
            new(nameof(MemoryTests.NothingIsBothWritableAndExecutable), MemoryTests.NothingIsBothWritableAndExecutable),
            new(nameof(KnownAnswerTests.InternetChecksumGivesTheKnownAnswer), KnownAnswerTests.InternetChecksumGivesTheKnownAnswer),
            new(nameof(KnownAnswerTests.RecordChecksumGivesTheKnownAnswer), KnownAnswerTests.RecordChecksumGivesTheKnownAnswer),
            new(nameof(PoolTests.EveryPoolIsSound), PoolTests.EveryPoolIsSound),
        ];
    }

    /// <summary>Runs all tests. Thread context.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the verdicts go.</param>
    public SelfTestSummary Run(ThreadContext context, TextOutput output)
    {
        int failed = 0;
        for (int i = 0; i < _cases.Length; i++)
        {
            string? found = _cases[i].Check(context, _fixture);
            string zero = i + 1 < 10 ? "0" : "";
            if (found is null)
            {
                output.WriteLine($"SELFTEST {zero}{i + 1} PASS {_cases[i].Name}");
            }
            else
            {
                failed++;
                output.WriteLine($"SELFTEST {zero}{i + 1} FAIL {_cases[i].Name}: {found}");
            }
        }

        var summary = new SelfTestSummary(_cases.Length - failed, failed);
        output.WriteLine($"SELFTEST SUMMARY {summary.Passed} passed, {summary.Failed} failed");
        return summary;
    }
}
