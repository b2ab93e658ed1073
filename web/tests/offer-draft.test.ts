import { describe, expect, it } from 'vitest'
import { emptyDraft, offerOf, wrongIn } from '../src/lib/shop/offer-draft'
import { priceHistory } from '../src/lib/shop/price-history'
import type { Offer } from '../src/lib/shop/protocol'

const course = { ...emptyDraft(), id: 'f-1', titleZh: '课程', price: '99' }

describe('a draft of an offer', () => {
  it('says which fields the server would refuse', () => {
    expect(wrongIn(emptyDraft())).toEqual(['id', 'title', 'price'])
    expect(wrongIn({ ...course, price: '1.234' })).toEqual(['price'])
    expect(wrongIn({ ...course, kind: 'perUse', credits: '0' })).toEqual(['credits'])
    expect(wrongIn({ ...course, kind: 'bundle', items: ' , ' })).toEqual(['items'])
    expect(wrongIn({ ...course, opens: 'contents' })).toEqual(['contents'])
    expect(wrongIn(course)).toEqual([])
  })

  it('becomes what the wire has', () => {
    expect(offerOf(course, 'k-1')).toEqual({
      id: 'f-1',
      seller: { creator: 'k-1' },
      kind: 'oneOff',
      title: { zh: '课程' },
      grants: [{ scope: 'creator:k-1' }],
      price: { minorUnits: 9900, currency: 'CNY' },
    })
  })

  it('carries benefits of members where there are some', () => {
    const tier = { ...course, kind: 'tier' as const, discountPercent: '15' }

    expect(wrongIn({ ...tier, discountPercent: '91' })).toEqual(['benefits'])
    expect(wrongIn({ ...tier, pointsPercent: '99' })).toEqual(['benefits'])
    expect(offerOf(tier, 'k-1').benefits).toEqual({ discountPercent: 15, pointsPercent: 100 })
    expect(offerOf({ ...tier, discountPercent: '0' }, 'k-1').benefits).toBeUndefined()
    expect(offerOf({ ...tier, kind: 'oneOff' }, 'k-1').benefits).toBeUndefined()
  })

  it('carries what belongs to its kind alone', () => {
    const subscription = offerOf({ ...course, kind: 'subscription', trialDays: '7', credits: '3' }, 'k-1')
    const bundle = offerOf({ ...course, kind: 'bundle', items: 'f-2，f-3' }, 'k-1')

    expect(subscription).toMatchObject({ interval: 'month', trialDays: 7 })
    expect(subscription).not.toHaveProperty('credits')
    expect(bundle).toMatchObject({ items: ['f-2', 'f-3'], grants: [] })
  })
})

describe('the history of a price', () => {
  it('begins with the offer, where its first price has no day of its own', () => {
    const price = { minorUnits: 1, currency: 'CNY' }
    const offer = {
      createdAt: '2026-01-01T00:00:00.000Z',
      prices: [
        { from: '0001-01-01T00:00:00.000Z', price },
        { from: '2026-05-01T00:00:00.000Z', price },
      ],
    }

    expect(priceHistory(offer as Offer).map(({ from }) => from.slice(0, 10))).toEqual(['2026-01-01', '2026-05-01'])
  })
})
