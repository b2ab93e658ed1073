import type { Money } from '../../lib/money'
import { isUnproven, ProblemError } from '../../lib/problem'
import type { PendingCheckouts } from '../../lib/shop/pending-checkout'
import type { Payout } from '../../lib/shop/protocol'

/** A payout: asked for under one key until its outcome is known, also over a reload. */
export class PayoutRun {
  isBusy = $state(false)
  /** It was sent, and what came of it is not known. */
  isOpen = $state(false)
  needsProof = $state(false)
  failure = $state.raw<unknown>()
  made = $state.raw<Payout>()

  constructor(
    private readonly send: (amount: Money, key: string) => Promise<Payout>,
    private readonly pending: PendingCheckouts<Money>,
    private readonly subject: string,
  ) {}

  /** Shows that one was interrupted, by a reload or by leaving the page. Only a press asks what has become of it. */
  resume(): void {
    this.isOpen = this.pending.find(this.subject) !== undefined
  }

  /** While one is open its own amount counts, whatever is asked for now. */
  async begin(amount: Money): Promise<void> {
    if (this.isBusy) return
    const attempt = this.pending.begin(this.subject, amount)
    this.isBusy = true
    this.needsProof = false
    this.failure = this.made = undefined
    try {
      this.made = await this.send(attempt.request, attempt.key)
      this.#close()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.isBusy = false
    }
  }

  #failed(error: unknown): void {
    const isFinal = error instanceof ProblemError && error.isFinal
    this.needsProof = isUnproven(error)
    if (!this.needsProof) this.failure = error
    // A refusal is an answer, the one that asks for a proof too: nothing was paid out, nothing is left to go on.
    if (isFinal) this.#close()
    else this.isOpen = true
  }

  #close(): void {
    this.pending.settle(this.subject)
    this.isOpen = false
  }
}
