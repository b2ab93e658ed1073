import type { ShopApi } from '../../lib/shop/api'
import type { Payment, PaymentMethods, Wallet } from '../../lib/shop/protocol'

export interface CardToken {
  token: string
  /** What the provider calls the card for people, such as its last digits. */
  label: string
}

/** How somebody pays: what there is to choose from, and what she chose. */
export class PaymentChoice {
  method = $state<'wallet' | 'card'>('wallet')
  card = $state.raw<CardToken>()
  methods = $state.raw<PaymentMethods>()
  wallet = $state.raw<Wallet>()
  failure = $state.raw<unknown>()
  isLoading = $state(true)
  #isChosen = false

  constructor(private readonly api: Pick<ShopApi, 'payments' | 'wallet'>) {}

  get pointsMax(): number {
    return Math.max(0, this.wallet?.points ?? 0)
  }
  get takesCards(): boolean {
    return this.methods?.methods.includes('card') === true && this.methods.card !== undefined
  }

  load = async (): Promise<void> => {
    this.isLoading = true
    this.failure = undefined
    try {
      const [methods, wallet] = await Promise.all([this.api.payments(), this.api.wallet()])
      this.methods = methods
      this.wallet = wallet
      // Who has nothing in her wallet pays by card, unless she says otherwise.
      if (!this.#isChosen)
        this.method = this.takesCards && !wallet.balances.some(({ minorUnits }) => minorUnits > 0) ? 'card' : 'wallet'
    } catch (error) {
      this.failure = error
    } finally {
      this.isLoading = false
    }
  }

  choose(method: 'wallet' | 'card'): void {
    this.#isChosen = true
    this.method = method
  }

  balance = (currency: string): number =>
    this.wallet?.balances.find((one) => one.currency === currency)?.minorUnits ?? 0

  forgetCard(): void {
    this.card = undefined
  }

  /** Nothing is missing to pay this much. */
  isReady = (minorUnits: number): boolean => minorUnits === 0 || this.method === 'wallet' || this.card !== undefined

  payment(minorUnits: number): Payment {
    if (this.method === 'card' && this.card) return { method: 'card', token: this.card.token }
    return { method: minorUnits === 0 ? 'free' : 'wallet' }
  }
}
