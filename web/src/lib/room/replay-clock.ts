/**
 * Where a replay stands, in milliseconds from the start. Pure: the caller says what time it is (any steady clock), so
 * that it can be tested without waiting.
 */
export class ReplayClock {
  #position = 0
  #since: number | undefined

  constructor(
    readonly lengthMs: number,
    private speed = 1,
  ) {}

  get isPlaying(): boolean {
    return this.#since !== undefined
  }

  positionAt(now: number): number {
    const played = this.#since === undefined ? 0 : Math.max(0, now - this.#since) * this.speed
    return Math.min(this.lengthMs, this.#position + played)
  }

  /** At the end it begins again. */
  play(now: number): void {
    if (this.isPlaying) return
    if (this.#position >= this.lengthMs) this.#position = 0
    this.#since = now
  }

  pause(now: number): void {
    this.#position = this.positionAt(now)
    this.#since = undefined
  }

  seek(position: number, now: number): void {
    this.#position = Math.max(0, Math.min(this.lengthMs, position))
    if (this.isPlaying) this.#since = now
  }

  setSpeed(speed: number, now: number): void {
    this.seek(this.positionAt(now), now)
    this.speed = speed
  }
}

/** How many of these (ascending) offsets have come by a position: where to cut a time line. */
export function reached(offsets: readonly number[], position: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (offsets[middle]! <= position) low = middle + 1
    else high = middle
  }
  return low
}

/** How much happened in each of `bins` equal parts of the time line, as shares of the busiest. */
export function density(offsets: readonly number[], lengthMs: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const offset of offsets) {
    const share = lengthMs > 0 ? Math.max(0, offset) / lengthMs : 0
    const bin = Math.min(bins - 1, Math.floor(share * bins))
    counts[bin] = counts[bin]! + 1
  }
  const most = Math.max(1, ...counts)
  return counts.map((count) => count / most)
}
