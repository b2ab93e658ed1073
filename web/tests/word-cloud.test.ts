import { describe, expect, it } from 'vitest'
import { cloud, textWidth, type PlacedWord } from '../src/lib/room/word-cloud'

const width = 360
const height = 200
const words = Array.from({ length: 24 }, (_, index) => ({
  word: index % 2 ? `word${index}` : `词语${index}`,
  count: 40 - index,
}))
const halves = ({ word, size }: PlacedWord): [number, number] => [textWidth(word, size) / 2, (size * 1.2) / 2]

describe('a word cloud', () => {
  it('is the same for the same words in any order', () => {
    expect(cloud(words.toReversed(), width, height)).toEqual(cloud(words, width, height))
  })

  it('stays within its field and lets no words touch', () => {
    const placed = cloud(words, width, height)

    for (const one of placed) {
      const [halfWidth, halfHeight] = halves(one)
      expect(one.x - halfWidth).toBeGreaterThanOrEqual(0)
      expect(one.x + halfWidth).toBeLessThanOrEqual(width)
      expect(one.y - halfHeight).toBeGreaterThanOrEqual(-0.01)
      expect(one.y + halfHeight).toBeLessThanOrEqual(height + 0.01)
    }
    placed.forEach((one, index) => {
      for (const other of placed.slice(index + 1)) {
        const [a, b] = [halves(one), halves(other)]
        const isApart = Math.abs(one.x - other.x) >= a[0] + b[0] || Math.abs(one.y - other.y) >= a[1] + b[1] - 0.01
        expect(isApart, `${one.word} and ${other.word}`).toBe(true)
      }
    })
  })

  it('shows the most frequent word largest and in the middle', () => {
    const [first, ...others] = cloud(words, width, height)

    expect(first).toMatchObject({ word: words[0]!.word, x: width / 2, y: height / 2 })
    expect(others.every(({ size }) => size < first!.size)).toBe(true)
  })

  it('makes one long word fit', () => {
    const [only] = cloud([{ word: 'Donaudampfschifffahrtsgesellschaft', count: 1 }], width, height)

    expect(textWidth(only!.word, only!.size)).toBeLessThan(width)
  })

  it('has nothing to show without words', () => {
    expect(cloud([], width, height)).toEqual([])
  })
})
