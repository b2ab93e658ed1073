/** Which rows of a long list are in the document, and how much room those before and after them take. Half-open. */
export interface Slice {
  readonly first: number
  readonly end: number
  readonly before: number
  readonly after: number
}

/**
 * Heights of the rows of a list, by key: measured ones, and a guess for the rest. Positions are sums, recomputed from
 * the first row that changed, so that adding at the end costs the added rows only.
 */
export class VirtualRows {
  #keys: readonly string[] = []
  #heights = new Map<string, number>()
  #tops: number[] = [0]
  #valid = 0

  constructor(
    private readonly guess: number,
    private readonly overscan: number,
  ) {}

  get total(): number {
    return this.#top(this.#keys.length)
  }

  /** The list as it is now. Heights of rows that are gone are forgotten. */
  set(keys: readonly string[]): void {
    let same = 0
    while (same < keys.length && keys[same] === this.#keys[same]) same++
    this.#valid = Math.min(this.#valid, same)
    const shrank = keys.length < this.#keys.length
    this.#keys = keys
    if (shrank) this.#forget()
  }

  /** @returns Whether this changes anything. */
  measure(index: number, height: number): boolean {
    const key = this.#keys[index]
    if (key === undefined || this.#heights.get(key) === height) return false
    this.#heights.set(key, height)
    this.#valid = Math.min(this.#valid, index)
    return true
  }

  top(index: number): number {
    return this.#top(Math.max(0, Math.min(index, this.#keys.length)))
  }

  /** The row at this distance from the top of the list. */
  at(offset: number): number {
    let low = 0
    let high = Math.max(0, this.#keys.length - 1)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#top(middle) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** What to show for a window of this height at this place. */
  slice(scrolled: number, height: number): Slice {
    const count = this.#keys.length
    const first = Math.max(0, this.at(Math.max(0, scrolled)) - this.overscan)
    const end = count === 0 ? 0 : Math.min(count, this.at(Math.max(0, scrolled) + height) + 1 + this.overscan)
    return { first, end, before: this.#top(first), after: this.total - this.#top(end) }
  }

  #top(index: number): number {
    for (; this.#valid < index; this.#valid++) {
      const height = this.#heights.get(this.#keys[this.#valid]!) ?? this.guess
      this.#tops[this.#valid + 1] = this.#tops[this.#valid]! + height
    }
    return this.#tops[index]!
  }

  #forget(): void {
    const here = new Set(this.#keys)
    for (const key of this.#heights.keys()) if (!here.has(key)) this.#heights.delete(key)
  }
}
