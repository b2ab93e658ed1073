/** Creators whose figures or products this person has been shown as their owner: what her menu offers again. */
export class OwnCreators {
  ids = $state.raw<string[]>([])
  readonly #key: string

  constructor(
    user: string,
    private readonly store: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
  ) {
    this.#key = `engage.creators.${user}`
    this.ids = JSON.parse(store.getItem(this.#key) ?? '[]') as string[]
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
