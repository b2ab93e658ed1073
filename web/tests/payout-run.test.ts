import { describe, expect, it } from 'vitest'
import type { Money } from '../src/lib/money'
import { parseProblem, ProblemError } from '../src/lib/problem'
import { PendingCheckouts } from '../src/lib/shop/pending-checkout'
import type { Payout } from '../src/lib/shop/protocol'
import { PayoutRun } from '../src/stores/shop/payout-run.svelte'
import { MemoryStorage } from './memory-storage'

const amount: Money = { minorUnits: 5000, currency: 'CNY' }
const refusal = (status: number, name: string): ProblemError =>
  new ProblemError(parseProblem({ type: `https://engage.dev/problems/${name}` }, status))

function started(...failures: unknown[]): { run: PayoutRun; keys: string[]; amounts: Money[]; store: MemoryStorage } {
  const [keys, amounts, store]: [string[], Money[], MemoryStorage] = [[], [], new MemoryStorage()]
  const send = async (asked: Money, key: string): Promise<Payout> => {
    keys.push(key)
    amounts.push(asked)
    const failure = failures.shift()
    if (failure) throw failure
    return { id: 'p-1', amount: asked, state: 'paid', at: '2026-11-22T08:00:00.000Z' }
  }
  return { run: new PayoutRun(send, new PendingCheckouts('u-me', store), 'payout:k-1'), keys, amounts, store }
}

describe('PayoutRun', () => {
  it('that needs a proof leaves nothing behind which could be paid out later', async () => {
    const { run, store } = started(refusal(403, 'step-up-required'))

    await run.begin(amount)

    expect([run.needsProof, run.isOpen, run.made, store.kept.size]).toEqual([true, false, undefined, 0])
  })

  it('is made after the proof', async () => {
    const { run } = started(refusal(403, 'step-up-required'))
    await run.begin(amount)

    await run.begin(amount)

    expect([run.made?.amount, run.needsProof]).toEqual([amount, false])
  })

  it('whose answer was lost keeps its amount, whatever is typed then', async () => {
    const { run, keys, amounts } = started(new TypeError('network'))
    await run.begin(amount)

    await run.begin({ minorUnits: 9999, currency: 'CNY' })

    expect(amounts).toEqual([amount, amount])
    expect(keys[0]).toBe(keys[1])
  })

  it('that was refused is over', async () => {
    const { run, store } = started(refusal(409, 'balance'))

    await run.begin(amount)

    expect([run.isOpen, store.kept.size, run.failure !== undefined]).toEqual([false, 0, true])
  })

  it('is never sent by opening the page; one that was interrupted is shown', async () => {
    const { run, keys, store } = started(new TypeError('network'))
    run.resume()
    expect(run.isOpen).toBe(false)
    await run.begin(amount)
    const send = (): Promise<Payout> => Promise.reject(new Error('nobody pressed'))

    const reopened = new PayoutRun(send, new PendingCheckouts('u-me', store), 'payout:k-1')
    reopened.resume()

    expect([reopened.isOpen, keys.length]).toEqual([true, 1])
  })
})
