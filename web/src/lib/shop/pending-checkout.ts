import { newUuid } from '../uuid'

/** One press of "pay": the key and the very body it was sent with, until its outcome is known. */
export interface PendingCheckout<Request> {
  key: string
  request: Request
  /** When it was begun, in ms of the day's clock. */
  at: number
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/**
 * Remembers an attempt from before it is sent until its outcome is known, also over a reload of the page: asking again
 * with the same key and body never buys twice.
 */
export class PendingCheckouts<Request> {
  constructor(
    private readonly user: string,
    private readonly store: Store = sessionStorage,
  ) {}

  find(subject: string): PendingCheckout<Request> | undefined {
    const text = this.store.getItem(this.#name(subject))
    return text ? (JSON.parse(text) as PendingCheckout<Request>) : undefined
  }

  /** The attempt that is under way, whatever is asked for now; a new one when there is none. */
  begin(subject: string, request: Request): PendingCheckout<Request> {
    const known = this.find(subject)
    if (known) return known
    const made = { key: newUuid(), request, at: Date.now() }
    this.store.setItem(this.#name(subject), JSON.stringify(made))
    return made
  }

  settle(subject: string): void {
    this.store.removeItem(this.#name(subject))
  }

  #name = (subject: string): string => `engage.checkout.${this.user}.${subject}`
}
