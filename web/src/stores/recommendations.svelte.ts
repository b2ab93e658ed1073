import type { RecommendationsBody, RecommendedItem } from '../lib/protocol'

const markedMs = 4_000
const announceEveryMs = 5_000

/** The newest list of recommendations, which of them are new, and a short word about it for screen readers. */
export class Recommendations {
  items = $state.raw<RecommendedItem[]>([])
  loaded = $state(false)
  marked = $state.raw<ReadonlySet<string>>(new Set())
  /** How many were new since the last announcement; undefined until there is something to say. */
  announced = $state<{ count: number; serial: number }>()
  #dismissed = new Set<string>()
  #announce: ReturnType<typeof setTimeout> | undefined
  #unannounced = new Set<string>()

  receive(body: RecommendationsBody): void {
    const before = new Set(this.items.map((item) => item.content))
    const isFirst = !this.loaded
    this.items = body.items.filter((item) => !this.#dismissed.has(item.content))
    this.loaded = true
    const added = this.items.map((item) => item.content).filter((content) => !before.has(content))
    if (!isFirst && added.length > 0) this.#mark(added)
  }

  dismiss(content: string): void {
    this.#dismissed.add(content)
    this.items = this.items.filter((item) => item.content !== content)
  }

  stop(): void {
    clearTimeout(this.#announce)
  }

  #mark(added: string[]): void {
    this.marked = new Set([...this.marked, ...added])
    setTimeout(() => (this.marked = new Set([...this.marked].filter((content) => !added.includes(content)))), markedMs)
    for (const content of added) this.#unannounced.add(content)
    this.#announce ??= setTimeout(() => this.#say(), announceEveryMs)
  }

  #say(): void {
    this.#announce = undefined
    this.announced = { count: this.#unannounced.size, serial: (this.announced?.serial ?? 0) + 1 }
    this.#unannounced.clear()
  }
}
