using System;
using System.Collections.Generic;
using System.Linq;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>
/// What was decided at each point of a run at which there was a choice. Walks through all runs, depth first: a run repeats the decisions it
/// is given, then always takes the first possibility.
/// </summary>
internal sealed class Choices
{
    private readonly List<int> _taken = new();
    private readonly List<int> _possible = new();
    private int _position;

    public Choices()
    {
    }

    /// <summary>The decisions of one run, as <see cref="ToString"/> tells them.</summary>
    public Choices(string text)
    {
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _taken.Add(int.Parse(word, System.Globalization.CultureInfo.InvariantCulture));
            _possible.Add(0);
        }
    }

    /// <summary>Decides.</summary>
    /// <param name="possible">How many possibilities there are, at least 1.</param>
    /// <returns>Which one, from 0.</returns>
    public int Next(int possible)
    {
        if (_position == _taken.Count)
        {
            _taken.Add(0);
            _possible.Add(possible);
        }
        else if (_possible[_position] == 0)
        {
            _possible[_position] = possible;
        }

        if (_possible[_position] != possible || _taken[_position] >= possible)
        {
            throw new InvalidOperationException(
                "A run that is repeated came to another choice: the scenario depends on more than its choices.");
        }

        return _taken[_position++];
    }

    /// <summary>Goes on to the next run.</summary>
    /// <returns>False if there is none.</returns>
    public bool Advance()
    {
        _taken.RemoveRange(_position, _taken.Count - _position);
        _possible.RemoveRange(_position, _possible.Count - _position);
        _position = 0;
        int last = _taken.Count - 1;
        while (last >= 0 && _taken[last] + 1 == _possible[last])
        {
            last--;
        }

        if (last < 0)
        {
            return false;
        }

        _taken.RemoveRange(last + 1, _taken.Count - last - 1);
        _possible.RemoveRange(last + 1, _possible.Count - last - 1);
        _taken[last]++;
        return true;
    }

    /// <summary>The decisions of the run so far, the zeros at the end left out.</summary>
    public override string ToString()
    {
        int count = Math.Min(_position, _taken.Count);
        while (count > 0 && _taken[count - 1] == 0)
        {
            count--;
        }

        return string.Join(' ', _taken.Take(count));
    }
}
