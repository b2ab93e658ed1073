import { describe, expect, it } from 'vitest'
import { curveSeconds, merged, steps } from '../src/lib/dashboard/curves'
import type { Curve } from '../src/lib/dashboard/protocol'

type Name = 'present' | 'messages'
const names: Name[] = ['present', 'messages']
const curve = (from: number, present: number[], messages: number[]): Curve<Name> => ({ from, present, messages })
const merge = (kept: Curve<Name> | undefined, fresh: Curve<Name>): Curve<Name> =>
  merged(kept, fresh, names, ['present'])

describe('a curve', () => {
  it('takes the newest value of the running second', () => {
    expect(merge(curve(100, [1, 2], [5, 3]), curve(101, [4, 6], [9, 1]))).toEqual(curve(100, [1, 4, 6], [5, 9, 1]))
  })

  it('does not grow from being told the same again', () => {
    const kept = curve(100, [1, 2], [5, 3])

    expect(merge(kept, kept)).toEqual(kept)
  })

  it('bridges seconds that were missed: levels stay, counts are none', () => {
    expect(merge(curve(100, [7], [5]), curve(103, [8], [2]))).toEqual(curve(100, [7, 7, 7, 8], [5, 0, 0, 2]))
  })

  it('keeps no more than it shows', () => {
    const long = merge(
      curve(0, Array(500).fill(1), Array(500).fill(1)),
      curve(400, Array(400).fill(2), Array(400).fill(2)),
    )

    expect(long.from).toBe(800 - curveSeconds)
    expect(long.messages).toHaveLength(curveSeconds)
    expect([long.messages[0], long.messages.at(-1)]).toEqual([1, 2])
  })
})

describe('a table of a curve', () => {
  it('sums counts and takes the last of levels, newest first', () => {
    expect(steps(100, [[1, 2, 3, 4, 5]], 2, false)).toEqual([
      { from: 103, values: [9] },
      { from: 101, values: [5] },
      { from: 100, values: [1] },
    ])
    expect(steps(100, [[1, 2, 3, 4]], 2, true)).toEqual([
      { from: 102, values: [4] },
      { from: 100, values: [2] },
    ])
  })
})
