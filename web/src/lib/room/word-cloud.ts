import type { WordCount } from './protocol'

export interface PlacedWord extends WordCount {
  /** Centre of the word. */
  x: number
  y: number
  size: number
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

const smallest = 13
const largest = 44
const lineHeight = 1.2
const stepsMax = 900

/** About how wide a text is: a Chinese character is as wide as it is high, a Latin letter little more than half. */
export const textWidth = (text: string, size: number): number =>
  [...text].reduce((sum, char) => sum + (/[⺀-鿿豈-﫿＀-｠ぁ-ヿ가-힯]/.test(char) ? 1 : 0.6), 0) * size

const overlaps = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height

/**
 * Words around the middle of a field, the most frequent first and largest, each at the first free place on a spiral.
 * The same words give the same picture; a word that finds no place is left out (the list beside it has them all).
 */
export function cloud(words: readonly WordCount[], width: number, height: number): PlacedWord[] {
  const ordered = [...words].sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
  const most = ordered[0]?.count ?? 1
  const placed: { word: PlacedWord; box: Box }[] = []
  for (const { word, count } of ordered) {
    const wanted = smallest + (largest - smallest) * Math.sqrt(count / most)
    const size = Math.min(wanted, (width * 0.94 * wanted) / Math.max(1, textWidth(word, wanted)))
    const box = { x: 0, y: 0, width: textWidth(word, size) + 8, height: size * lineHeight }
    const free = findPlace(box, width, height, placed)
    if (free) placed.push({ word: { word, count, x: free.x, y: free.y, size }, box: free })
  }
  return placed.map(({ word }) => word)
}

function findPlace(box: Box, width: number, height: number, placed: { box: Box }[]): Box | undefined {
  for (let step = 0; step < stepsMax; step++) {
    const angle = step * 0.35
    const radius = step * 0.45
    const x = width / 2 + Math.cos(angle) * radius * (width / height)
    const y = height / 2 + Math.sin(angle) * radius
    const here = { ...box, x, y }
    const inside =
      x - box.width / 2 >= 0 && x + box.width / 2 <= width && y - box.height / 2 >= 0 && y + box.height / 2 <= height
    if (inside && !placed.some((other) => overlaps(here, other.box))) return here
  }
  return undefined
}
