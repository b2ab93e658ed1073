import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseProblem, ProblemError } from '../src/lib/problem'
import { PendingCheckouts } from '../src/lib/shop/pending-checkout'
import type { Order, OrderRequest, OrderState } from '../src/lib/shop/protocol'
import { Checkout } from '../src/stores/shop/checkout.svelte'
import { MemoryStorage } from './memory-storage'

const request: OrderRequest = { offer: 'f-1', pay: { method: 'wallet' } }
const refusal = (status: number, name: string): ProblemError =>
  new ProblemError(parseProblem({ type: `https://engage.dev/problems/${name}` }, status))

/** A shop that keeps orders by key as the server does, and loses answers when it is told to. */
class FakeShop {
  readonly orders = new Map<string, Order>()
  readonly sent: { request: OrderRequest; key: string }[] = []
  state: OrderState = 'paid'
  /** What is thrown instead of the next answers; the order is placed all the same where it is a network failure. */
  readonly failures: unknown[] = []

  send = async (asked: OrderRequest, key: string): Promise<Order> => {
    this.sent.push({ request: asked, key })
    const failure = this.failures.shift()
    if (failure instanceof ProblemError) throw failure
    const order = this.orders.get(key) ?? this.#place(key)
    if (failure) throw failure
    return order
  }
  read = async (id: string): Promise<Order> => {
    const failure = this.failures.shift()
    if (failure) throw failure
    return { ...[...this.orders.values()].find((order) => order.id === id)!, state: this.state }
  }

  #place(key: string): Order {
    const order = { id: `o-${this.orders.size + 1}`, state: this.state } as Order
    this.orders.set(key, order)
    return order
  }
}

describe('Checkout', () => {
  let store: MemoryStorage
  let shop: FakeShop
  const open = (): Checkout<OrderRequest> => new Checkout(shop, new PendingCheckouts('u-me', store), 'f-1')

  beforeEach(() => {
    vi.useFakeTimers()
    store = new MemoryStorage()
    shop = new FakeShop()
  })
  afterEach(() => void vi.useRealTimers())

  it('that is paid at once keeps nothing for later', async () => {
    const checkout = open()

    await checkout.pay(request)

    expect(checkout.state).toBe('bought')
    expect(store.kept.size).toBe(0)
  })

  it('whose answer was lost asks again with the same key and body, and buys once', async () => {
    const checkout = open()
    shop.failures.push(new TypeError('network'))
    await checkout.pay(request)
    expect(checkout.state).toBe('unknown')

    await checkout.askAgain()

    expect(checkout.state).toBe('bought')
    expect(shop.orders.size).toBe(1)
    expect(shop.sent[1]).toEqual(shop.sent[0])
  })

  it('that a reload interrupted goes on as what it was, whatever is pressed then', async () => {
    shop.failures.push(new TypeError('network'))
    await open().pay(request)
    const reloaded = open()
    shop.failures.push(new TypeError('network'))
    await reloaded.resume()

    await reloaded.pay({ offer: 'f-1', pay: { method: 'card', token: 'tok_other' } })

    expect(reloaded.state).toBe('bought')
    expect(shop.orders.size).toBe(1)
    expect(new Set(shop.sent.map(({ key }) => key)).size).toBe(1)
    expect(shop.sent.at(-1)?.request).toEqual(request)
  })

  it('of long ago waits for a word before it is sent again', async () => {
    shop.failures.push(new TypeError('network'))
    await open().pay(request)
    await vi.advanceTimersByTimeAsync(3_600_000)
    const reopened = open()
    await reopened.resume()
    expect([reopened.state, shop.sent.length]).toEqual(['unknown', 1])

    await reopened.askAgain()

    expect([reopened.state, shop.orders.size]).toEqual(['bought', 1])
  })

  it('is remembered before it is sent', async () => {
    const checkout = open()
    let keptWhileSending = 0
    const send = shop.send
    shop.send = async (...given) => {
      keptWhileSending = store.kept.size
      return send(...given)
    }

    await checkout.pay(request)

    expect(keptWhileSending).toBe(1)
  })

  it('that was refused begins anew with another key', async () => {
    const checkout = open()
    shop.failures.push(refusal(422, 'not-for-sale'))
    await checkout.pay(request)
    expect(checkout.state).toBe('refused')
    checkout.edit()

    await checkout.pay(request)

    expect(checkout.state).toBe('bought')
    expect(shop.sent[0]?.key).not.toBe(shop.sent[1]?.key)
  })

  it('that the server was too busy for is no refusal', async () => {
    const checkout = open()
    shop.failures.push(refusal(429, 'busy'))

    await checkout.pay(request)

    expect(checkout.state).toBe('unknown')
    expect(store.kept.size).toBe(1)
  })

  it('waits for a provider that takes its time, and is remembered meanwhile', async () => {
    const checkout = open()
    shop.state = 'pending'
    await checkout.pay(request)
    expect([checkout.state, store.kept.size]).toEqual(['waiting', 1])
    shop.state = 'paid'

    await vi.advanceTimersByTimeAsync(1_000)

    expect([checkout.state, store.kept.size]).toEqual(['bought', 0])
  })

  it('goes on asking when a question gets no answer', async () => {
    const checkout = open()
    shop.state = 'pending'
    await checkout.pay(request)
    shop.state = 'paid'
    shop.failures.push(new TypeError('network'))

    await vi.advanceTimersByTimeAsync(2_500)

    expect(checkout.state).toBe('bought')
  })

  it('stops asking after some minutes, and asks once more when it is told to', async () => {
    const checkout = open()
    shop.state = 'pending'
    await checkout.pay(request)
    await vi.advanceTimersByTimeAsync(300_000)
    expect([checkout.state, checkout.isSlow]).toEqual(['waiting', true])
    shop.state = 'paid'

    await checkout.askAgain()

    expect([checkout.state, checkout.isSlow]).toEqual(['bought', false])
  })

  it('whose card was declined says so and may be tried another way', async () => {
    const checkout = open()
    shop.state = 'failed'

    await checkout.pay(request)

    expect([checkout.state, checkout.isLocked]).toEqual(['refused', false])
  })

  it('pressed twice is sent once', async () => {
    const checkout = open()

    await Promise.all([checkout.pay(request), checkout.pay(request)])

    expect(shop.sent).toHaveLength(1)
  })

  it('of another person in the same tab is another one', () => {
    new PendingCheckouts('u-me', store).begin('f-1', request)

    expect(new PendingCheckouts('u-other', store).find('f-1')).toBeUndefined()
  })
})
