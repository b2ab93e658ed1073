import { describe, expect, it } from 'vitest'
import { VirtualRows } from '../src/lib/room/virtual-rows'

const keys = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `k${from + index}`)

function list(count: number, guess = 50, overscan = 4): VirtualRows {
  const rows = new VirtualRows(guess, overscan)
  rows.set(keys(count))
  return rows
}

describe('rows of a long list', () => {
  it('shows a bounded part of thousands', () => {
    const slice = list(5_000).slice(100_000, 600)

    expect(slice.end - slice.first).toBeLessThan(30)
    expect(slice.before + slice.after + (slice.end - slice.first) * 50).toBe(250_000)
  })

  it('covers the window at both ends', () => {
    const rows = list(100)

    expect(rows.slice(0, 600)).toMatchObject({ first: 0, before: 0 })
    expect(rows.slice(rows.total - 600, 600)).toMatchObject({ end: 100, after: 0 })
  })

  it('is empty without rows', () => {
    expect(list(0).slice(0, 600)).toEqual({ first: 0, end: 0, before: 0, after: 0 })
  })

  it('puts measured heights in the place of the guess', () => {
    const rows = list(10)

    expect(rows.measure(2, 90)).toBe(true)
    expect(rows.measure(2, 90)).toBe(false)

    expect(rows.total).toBe(540)
    expect(rows.top(3)).toBe(190)
    expect([99, 100, 189, 190].map((offset) => rows.at(offset))).toEqual([1, 2, 2, 3])
  })

  it('keeps measured heights when older rows come first', () => {
    const rows = list(10)
    rows.measure(0, 120)

    rows.set([...keys(5, 100), ...keys(10)])

    expect(rows.top(5)).toBe(250)
    expect(rows.top(6)).toBe(370)
  })

  it('forgets rows that are gone', () => {
    const rows = list(10)
    rows.measure(9, 500)
    rows.set(keys(9))

    rows.set(keys(10))

    expect(rows.total).toBe(500)
  })

  it('measures nothing that is not there', () => {
    expect(list(3).measure(7, 10)).toBe(false)
  })
})
