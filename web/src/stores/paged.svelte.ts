import type { Page } from '../lib/protocol'

type Cursor = string | number

/** A list that is read page by page. */
export class Paged<T> {
  items = $state.raw<T[]>([])
  failure = $state.raw<unknown>()
  isLoading = $state(false)
  /** The first page has come. */
  isLoaded = $state(false)
  #cursor = $state<Cursor>()
  #last = 0

  constructor(private readonly read: (cursor?: Cursor) => Promise<Page<T>>) {}

  get hasMore(): boolean {
    return this.#cursor !== undefined
  }

  /** From the first page on. What is shown stays until the answer is here. */
  load = (): Promise<void> => this.#page(undefined)
  more = (): Promise<void> => this.#page(this.#cursor)

  replace(isIt: (item: T) => boolean, next: T): void {
    this.items = this.items.map((item) => (isIt(item) ? next : item))
  }

  async #page(cursor: Cursor | undefined): Promise<void> {
    const mine = ++this.#last
    this.isLoading = true
    this.failure = undefined
    try {
      const page = await this.read(cursor)
      if (mine !== this.#last) return
      this.items = cursor === undefined ? page.items : [...this.items, ...page.items]
      this.#cursor = page.cursor ?? undefined
      this.isLoaded = true
    } catch (error) {
      if (mine === this.#last) this.failure = error
    } finally {
      if (mine === this.#last) this.isLoading = false
    }
  }
}
