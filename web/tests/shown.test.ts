import { describe, expect, it } from 'vitest'
import { shownIn } from '../src/lib/shown'

describe('shownIn', () => {
  it('says slot, probability and whether it was drawn', () => {
    expect(shownIn(2, { propensity: 0.95, explored: false })).toEqual({
      slot: '2',
      propensity: '0.95',
      explored: 'false',
    })
  })

  it('leaves out what nobody said', () => {
    expect(shownIn(-1, {})).toEqual({})
  })
})
