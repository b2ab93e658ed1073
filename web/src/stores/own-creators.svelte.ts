import type { Http } from '../lib/http'
import type { Account } from '../lib/account/protocol'

/** Creators and communities that this person owns, as far as is known here: what her menu offers. */
export class OwnCreators {
  ids = $state.raw<string[]>([])
  communities = $state.raw<string[]>([])
  #isAsked = false
  readonly #key: string

  constructor(
    user: string,
    private readonly store: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
  ) {
    this.#key = `engage.creators.${user}`
    this.ids = JSON.parse(store.getItem(this.#key) ?? '[]') as string[]
  }

  /** Asks once; what was known before stays when no answer comes, and the next look at the menu asks again. */
  async load(http: Pick<Http, 'get'>): Promise<void> {
    if (this.#isAsked) return
    this.#isAsked = true
    try {
      const { creators, communities } = await http.get<Account>('/v1/users/me')
      this.#keep(creators ?? [])
      this.communities = communities ?? []
    } catch {
      this.#isAsked = false
    }
  }

  know(id: string): void {
    if (!this.ids.includes(id)) this.#keep([...this.ids, id].slice(-5))
  }

  /** She owns it no longer. */
  forget(id: string): void {
    if (this.ids.includes(id)) this.#keep(this.ids.filter((one) => one !== id))
  }

  #keep(ids: string[]): void {
    this.ids = ids
    this.store.setItem(this.#key, JSON.stringify(ids))
  }
}
