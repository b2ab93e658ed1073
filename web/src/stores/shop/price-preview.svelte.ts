import type { OrderPreview, OrderRequest } from '../../lib/shop/protocol'

type Question = Omit<OrderRequest, 'expected'>

/** What the server says an order would cost. The page itself reckons nothing. */
export class PricePreview {
  value = $state.raw<OrderPreview>()
  failure = $state.raw<unknown>()
  /** What is shown is the answer to what was asked last. */
  isFresh = $state(false)
  #last = 0

  constructor(private readonly read: (question: Question) => Promise<OrderPreview>) {}

  async ask(question: Question): Promise<void> {
    const mine = ++this.#last
    this.isFresh = false
    try {
      const value = await this.read(question)
      if (mine !== this.#last) return
      this.value = value
      this.failure = undefined
      this.isFresh = true
    } catch (error) {
      if (mine === this.#last) this.failure = error
    }
  }
}
