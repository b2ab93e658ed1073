import { expect, it } from 'vitest'
import { newUuid } from '../src/lib/uuid'

it('makes a new UUID of version 4 each time', () => {
  const ids = Array.from({ length: 100 }, newUuid)

  expect(new Set(ids).size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
