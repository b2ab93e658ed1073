import { describe, expect, it } from 'vitest'
import { chargeOf, questionOf, requestOf } from '../src/lib/shop/order-draft'
import { parseProblem } from '../src/lib/problem'
import type { OrderPreview } from '../src/lib/shop/protocol'
import { PricePreview } from '../src/stores/shop/price-preview.svelte'

const cny = (minorUnits: number) => ({ minorUnits, currency: 'CNY' })
const preview = (due: number, more: Partial<OrderPreview> = {}): OrderPreview => ({
  offer: 'f-1',
  quantity: 1,
  price: cny(3000),
  total: cny(due),
  due: cny(due),
  ...more,
})
const draft = { offer: 'f-1', coupon: undefined, gift: { isGift: false, to: '', message: '', isOnly: true }, points: 0 }
const ask = { offer: 'f-1', pay: { method: 'free' as const } }

describe('An order', () => {
  it('always says what the page shows as due, which is the server’s word and not the page’s', () => {
    const shown = preview(2700, { discount: { coupon: 'SPRING', amount: cny(300) } })

    const request = requestOf({ ...draft, coupon: 'SPRING', points: 5 }, { method: 'wallet' }, shown)

    expect(request).toEqual({
      offer: 'f-1',
      coupon: 'SPRING',
      pay: { method: 'wallet', points: 5 },
      expected: cny(2700),
    })
  })

  it('of a free trial has to be payable by what is charged after it', () => {
    const next = { amount: cny(3000), at: '2026-12-06T00:00:00.000Z', interval: 'month' as const }

    expect(chargeOf(preview(0, { trial: { days: 14 }, next }))).toEqual(cny(3000))
    expect(chargeOf(preview(2700, { next }))).toEqual(cny(2700))
    expect(chargeOf(preview(0))).toEqual(cny(0))
  })

  it('costs the same whomever it is given to', () => {
    const asked = questionOf({ ...draft, gift: { isGift: true, to: 'Lin', message: 'Hello', isOnly: true } })

    expect(JSON.stringify(asked)).not.toContain('Lin')
    expect(asked.gift).toBeDefined()
  })

  it('is for one alone only where it says for whom', () => {
    const give = (to: string) => {
      const gift = { isGift: true, to, message: '', isOnly: true }
      return requestOf({ ...draft, gift }, { method: 'free' }, preview(0)).gift
    }

    expect([give(' Lin '), give(' ')]).toEqual([{ to: 'Lin', only: true }, {}])
  })

  it('whose price has changed says both amounts', () => {
    const body = { type: 'https://engage.dev/problems/price-changed', expected: cny(2700), actual: cny(3000) }

    const problem = parseProblem(body, 409)

    expect(problem.price).toEqual({ expected: cny(2700), actual: cny(3000) })
    expect(parseProblem({ expected: 'GET', actual: 'PUT' }, 405).price).toBeUndefined()
  })
})

describe('PricePreview', () => {
  it('is stale until the answer to what was asked last is there, however late an older one comes', async () => {
    const answers: ((value: OrderPreview) => void)[] = []
    const shown = new PricePreview(() => new Promise((resolve) => answers.push(resolve)))
    const first = shown.ask(ask)
    const second = shown.ask({ ...ask, coupon: 'SPRING' })

    answers[1]!(preview(2700))
    await second
    answers[0]!(preview(3000))
    await first

    expect([shown.value?.due.minorUnits, shown.isFresh]).toEqual([2700, true])
    void shown.ask(ask)
    expect([shown.value?.due.minorUnits, shown.isFresh]).toEqual([2700, false])
  })

  it('that failed sells nothing until it is asked again', async () => {
    let fails = true
    const read = () => (fails ? Promise.reject(new TypeError('network')) : Promise.resolve(preview(1)))
    const shown = new PricePreview(read)
    await shown.ask(ask)
    expect([shown.failure instanceof TypeError, shown.isFresh]).toEqual([true, false])
    fails = false

    await shown.ask(ask)

    expect([shown.failure, shown.isFresh]).toEqual([undefined, true])
  })
})
