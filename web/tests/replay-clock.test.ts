import { describe, expect, it } from 'vitest'
import { density, reached, ReplayClock } from '../src/lib/room/replay-clock'

describe('the clock of a replay', () => {
  it('stands still until it is played', () => {
    expect(new ReplayClock(10_000).positionAt(5_000)).toBe(0)
  })

  it('goes on from where it was paused', () => {
    const clock = new ReplayClock(10_000)
    clock.play(1_000)
    clock.pause(3_000)

    clock.play(50_000)

    expect(clock.positionAt(50_500)).toBe(2_500)
  })

  it('stops at the end, and begins again from there', () => {
    const clock = new ReplayClock(10_000)
    clock.play(0)
    expect(clock.positionAt(99_000)).toBe(10_000)

    clock.pause(99_000)
    clock.play(100_000)

    expect(clock.positionAt(100_250)).toBe(250)
  })

  it('seeks within its bounds, playing or not', () => {
    const clock = new ReplayClock(10_000)
    clock.seek(-5, 0)
    expect(clock.positionAt(0)).toBe(0)
    clock.play(0)

    clock.seek(4_000, 100)

    expect(clock.positionAt(600)).toBe(4_500)
    clock.seek(99_000, 600)
    expect(clock.positionAt(600)).toBe(10_000)
  })

  it('changes its speed without a jump', () => {
    const clock = new ReplayClock(10_000)
    clock.play(0)

    clock.setSpeed(4, 1_000)

    expect(clock.positionAt(1_000)).toBe(1_000)
    expect(clock.positionAt(1_500)).toBe(3_000)
  })
})

describe('a time line', () => {
  it('has reached what is at the position or before it', () => {
    const offsets = [0, 10, 10, 30]

    expect([-1, 0, 9, 10, 29, 30, 99].map((position) => reached(offsets, position))).toEqual([0, 1, 1, 3, 3, 4, 4])
  })

  it('shows how busy each part was, as a share of the busiest', () => {
    expect(density([0, 1, 2, 60, 100], 100, 2)).toEqual([1, 2 / 3])
    expect(density([], 0, 2)).toEqual([0, 0])
  })
})
