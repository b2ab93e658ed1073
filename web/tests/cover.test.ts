import { expect, it } from 'vitest'
import { cover } from '../src/lib/cover'

it('draws the same picture for the same id and another for another', () => {
  expect(cover('c-1')).toEqual(cover('c-1'))
  expect(cover('c-1')).not.toEqual(cover('c-2'))
})

it.each(Array.from({ length: 24 }, (_, index) => `c-${index}`))('draws %s without a broken number', (id) => {
  const strokes = cover(id)

  expect(strokes.length).toBeGreaterThan(0)
  expect(strokes.map(({ d }) => d).join('')).not.toMatch(/NaN|undefined|Infinity/)
})
