const gatherMs = 250
/** As much as one call may carry. */
export const burstMax = 20

/**
 * Taps on a reaction, gathered: one call per emoji and quarter of a second, however fast somebody taps. What does not
 * fit in one call is dropped at once and the tap answered with false, so that the page shows no more than is sent.
 */
export class ReactionBurst {
  #counts = new Map<string, number>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly send: (emoji: string, count: number) => void) {}

  tap(emoji: string): boolean {
    const count = (this.#counts.get(emoji) ?? 0) + 1
    if (count > burstMax) return false
    this.#counts.set(emoji, count)
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
    return true
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#counts.clear()
  }

  #flush(): void {
    this.#timer = undefined
    const counts = [...this.#counts]
    this.#counts.clear()
    for (const [emoji, count] of counts) this.send(emoji, count)
  }
}
