using System;
using System.Collections.Generic;
using Cosmos.Common;

namespace Reservoir.Options;

/// <summary>
/// The options of the kernel's command line. Each is described once, with its values, its default and its help text; the line is parsed
/// once; every other part of the kernel reads the outcome here.
/// </summary>
/// <remarks>
/// <para>Options are separated by spaces, each a word or <c>name=value</c>; of two with the same name the later one counts. A word that is
/// no option, and a value that an option does not take, change nothing and are named at boot (<see cref="WriteProblems"/>).</para>
/// <para>An image with further options derives from this class and adds them in its constructor. Boot context, except for reading.</para>
/// </remarks>
public class KernelOptions
{
    private readonly List<KernelOption> _all = [];
    private readonly List<Problem> _problems = [];
    private byte[] _line = [];

    /// <summary>Describes the options; each has its default.</summary>
    public KernelOptions()
    {
        Add(Ip);
        Add(Router);
        Add(Pools);
        Add(Disk);
        Add(Timer);
        Add(SelfTest);
    }

    /// <summary><c>ip</c>: the address.</summary>
    public AddressOption Ip { get; } = new();

    /// <summary><c>router</c>: the way to hosts elsewhere.</summary>
    public RouterOption Router { get; } = new();

    /// <summary>Whether network, disk and recorder have one pool between them (docs/starvation.md): <c>pools=shared</c>.</summary>
    public bool SharesPools => Pools.Chosen == 1;

    /// <summary>Whether the processor moves the disk's data: <c>disk=pio</c>.</summary>
    public bool UsesProgrammedDisk => Disk.Chosen == 1;

    /// <summary>Whether the 8254 is the timer even where there is a local APIC: <c>timer=pit</c>.</summary>
    public bool UsesPit => Timer.Chosen == 1;

    /// <summary>Whether the boot ends with the self-tests: <c>selftest=only</c>.</summary>
    public bool EndsAfterSelfTest => SelfTest.Chosen == 1;

    private ChoiceOption Pools { get; } =
        new("pools", "one pool for each subsystem, or one for all, to show how that deadlocks", "reserved", "shared");

    private ChoiceOption Disk { get; } = new("disk", "the controller or the processor moves the disk's data", "dma", "pio");

    private ChoiceOption Timer { get; } = new("timer", "the timer: the local APIC or the 8254", "apic", "pit");

    private ChoiceOption SelfTest { get; } =
        new("selftest", "run the self-tests and end the emulator: status 33 if all passed, else 35", "boot", "only");

    /// <summary>How many options there are.</summary>
    public int Count => _all.Count;

    /// <summary>An option.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public KernelOption this[int index] => _all[index];

    /// <summary>Parses a command line, once.</summary>
    /// <param name="line">The line, in UTF-8.</param>
    public void Parse(ReadOnlySpan<byte> line)
    {
        _line = line.ToArray();
        int at = 0;
        while (at < line.Length)
        {
            int space = line.Slice(at).IndexOf((byte)' ');
            int length = space < 0 ? line.Length - at : space;
            if (length != 0)
            {
                ParseWord(at, length);
            }

            at += length + 1;
        }

        if (!Router.KeepIfReachable(Ip.Address))
        {
            _problems.Add(new Problem(0, 0, Router));
        }
    }

    /// <summary>Names every word that was no option and every value that was not taken, a line each; nothing if there is none.</summary>
    /// <param name="output">Where to.</param>
    public void WriteProblems(TextOutput output)
    {
        foreach (Problem problem in _problems)
        {
            ReadOnlySpan<byte> word = _line.AsSpan(problem.Start, problem.Length);
            if (problem.Option is not { } option)
            {
                output.WriteLine($"options: '{word}' is no option of this kernel; it is ignored ('options' lists them)");
            }
            else if (problem.Length == 0)
            {
                output.WriteLine($"options: router: no other host on this one's network; there is none");
            }
            else
            {
                output.WriteLine($"options: '{word}' is not {option.Name}={option.Values}; {option.Name}={option.Default} is taken");
            }
        }
    }

    /// <summary>Lists the options with their values and help texts, a line or two each.</summary>
    /// <param name="output">Where to.</param>
    public void WriteHelp(TextOutput output)
    {
        foreach (KernelOption option in _all)
        {
            output.WriteLine($"{option.Name}={option.Values} (default {option.Default})");
            output.WriteLine($"    {option.Help}");
        }
    }

    /// <summary>Adds an option that only one image has. In the constructor.</summary>
    /// <param name="option">The option.</param>
    protected void Add(KernelOption option) => _all.Add(option);

    private void ParseWord(int start, int length)
    {
        ReadOnlySpan<byte> word = _line.AsSpan(start, length);
        int equals = word.IndexOf((byte)'=');
        ReadOnlySpan<byte> name = equals < 0 ? word : word.Slice(0, equals);
        ReadOnlySpan<byte> value = equals < 0 ? default : word.Slice(equals + 1);
        foreach (KernelOption option in _all)
        {
            if (AsciiName.Matches(option.Name, name))
            {
                if (!option.TryParse(value))
                {
                    _problems.Add(new Problem(start, length, option));
                }

                return;
            }
        }

        _problems.Add(new Problem(start, length, null));
    }

    /// <summary>A word of the line that changed nothing.</summary>
    private readonly struct Problem
    {
        public Problem(int start, int length, KernelOption? option)
        {
            Start = start;
            Length = length;
            Option = option;
        }

        /// <summary>Where it begins in the line.</summary>
        public int Start { get; }

        /// <summary>Its bytes; 0 for the router that can't be reached.</summary>
        public int Length { get; }

        /// <summary>The option whose value it is; null if it is none's.</summary>
        public KernelOption? Option { get; }
    }
}
