import { expect, it } from 'vitest'
import { covers } from '../src/lib/position'

it.each([
  ['3:1842', '3:1842', true],
  ['3:1842', '3:1801', true],
  ['3:999', '3:1000', false],
  ['2:1842', '3:1842', false],
])('%s covers %s: %s', (newest, event, expected) => {
  expect(covers(newest, event)).toBe(expected)
})
