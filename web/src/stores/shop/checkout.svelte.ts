import { ProblemError } from '../../lib/problem'
import type { PendingCheckouts } from '../../lib/shop/pending-checkout'
import type { Order } from '../../lib/shop/protocol'

/**
 * `unknown`: no answer came, so nobody knows whether it was bought; only asking again with the same key tells.
 * `waiting`: the order stands and its payment is under way.
 */
export type CheckoutState = 'editing' | 'sending' | 'unknown' | 'waiting' | 'bought' | 'refused'

export interface CheckoutCalls<Request> {
  send(request: Request, key: string): Promise<Order>
  read(order: string): Promise<Order>
}

const pollMs = [1_000, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000, 20_000, 30_000, 30_000]
// Later nobody expects any more that opening the page pays.
const resumeWithinMs = 10 * 60_000
const boughtStates = ['paid', 'partlyRefunded', 'refunded']

/** One checkout: what was pressed, what came of it, and never the same thing bought twice. */
export class Checkout<Request> {
  state = $state<CheckoutState>('editing')
  order = $state.raw<Order>()
  failure = $state.raw<unknown>()
  /** It took so long that the page asks no more by itself. */
  isSlow = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopped = false

  constructor(
    private readonly calls: CheckoutCalls<Request>,
    private readonly pending: PendingCheckouts<Request>,
    private readonly subject: string,
  ) {}

  get isLocked(): boolean {
    return this.state === 'sending' || this.state === 'unknown' || this.state === 'waiting'
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** Goes on with an attempt that a reload, or leaving the page, has interrupted. One of long ago waits for a word. */
  async resume(): Promise<void> {
    const interrupted = this.pending.find(this.subject)
    if (interrupted && Date.now() - interrupted.at > resumeWithinMs) this.state = 'unknown'
    else await this.#again()
  }

  async pay(request: Request): Promise<void> {
    if (this.state === 'sending') return
    const attempt = this.pending.begin(this.subject, request)
    await this.#send(attempt.request, attempt.key)
  }

  /** Asks what has become of it. */
  async askAgain(): Promise<void> {
    if (this.state === 'waiting' && this.order) await this.#poll(this.order.id, 0)
    else await this.#again()
  }

  /** Back to the form after a refusal. */
  edit(): void {
    if (!this.isLocked) this.state = 'editing'
  }

  async #again(): Promise<void> {
    const interrupted = this.pending.find(this.subject)
    if (interrupted) await this.#send(interrupted.request, interrupted.key)
  }

  async #send(request: Request, key: string): Promise<void> {
    this.state = 'sending'
    this.failure = undefined
    try {
      this.#show(await this.calls.send(request, key), 0)
    } catch (error) {
      this.failure = error
      // A refusal is an answer: nothing was bought. Of anything else the outcome is open.
      if (error instanceof ProblemError && error.isFinal) this.#settle('refused')
      else this.state = 'unknown'
    }
  }

  #show(order: Order, polls: number): void {
    this.order = order
    if (order.state === 'pending') return this.#wait(order.id, polls)
    this.#settle(boughtStates.includes(order.state) ? 'bought' : 'refused')
  }

  #settle(state: CheckoutState): void {
    clearTimeout(this.#timer)
    this.pending.settle(this.subject)
    this.isSlow = false
    this.state = state
  }

  #wait(order: string, polls: number): void {
    this.state = 'waiting'
    const delay = pollMs[polls]
    this.isSlow = delay === undefined
    clearTimeout(this.#timer)
    if (delay !== undefined && !this.#stopped) this.#timer = setTimeout(() => void this.#poll(order, polls + 1), delay)
  }

  async #poll(order: string, polls: number): Promise<void> {
    try {
      const read = await this.calls.read(order)
      if (this.state === 'waiting') this.#show(read, polls)
    } catch {
      // The order stands, whether this question was answered or not.
      if (this.state === 'waiting') this.#wait(order, polls)
    }
  }
}
