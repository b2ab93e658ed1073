import type { RoomEntry, RoomPage } from '../../lib/room/protocol'
import { density, reached, ReplayClock } from '../../lib/room/replay-clock'
import { RoomFold, type RoomView } from '../../lib/room/room-fold'

const pageSize = 500
const entriesMax = 50_000
const bins = 120
const stepMs = 100

/** An ended room, entry by entry in step with its time line. */
export class Replay {
  view = $state.raw<RoomView>()
  position = $state(0)
  isPlaying = $state(false)
  isLoading = $state(false)
  failure = $state.raw<unknown>()
  speed = $state(1)
  density = $state.raw<number[]>([])
  lengthMs = $state(1)
  #clock = new ReplayClock(1)
  readonly #floods: (counts: Record<string, number>) => void
  #entries: RoomEntry[] = []
  #offsets: number[] = []
  #fold = new RoomFold()
  #shown = 0
  #timer: ReturnType<typeof setInterval> | undefined

  /** @param startedAt Undefined: it was open from the beginning, so the first entry is where it starts. */
  constructor(
    private startedAt: number | undefined,
    private readonly endedAt: number,
    private readonly read: (after: number, limit: number) => Promise<RoomPage>,
    flood: (counts: Record<string, number>) => void,
  ) {
    this.#floods = flood
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async load(): Promise<void> {
    this.isLoading = true
    this.failure = undefined
    try {
      let after = this.#entries.at(-1)?.seq ?? 0
      for (let more = true; more && this.#entries.length < entriesMax;) {
        const page = await this.read(after, pageSize)
        this.#entries.push(...page.entries)
        more = page.more && page.through > after
        after = page.through
      }
      const startedAt = (this.startedAt ??= Date.parse(this.#entries[0]?.at ?? '') || this.endedAt)
      this.lengthMs = Math.max(1, this.endedAt - startedAt)
      this.#clock = new ReplayClock(this.lengthMs)
      // What was said before the start is there from the start; offsets never run back.
      let last = 0
      this.#offsets = this.#entries.map(({ at }) => (last = Math.max(last, Date.parse(at) - startedAt)))
      const said = this.#offsets.filter((_, index) => this.#entries[index]!.kind === 'said')
      this.density = density(said, this.lengthMs, bins)
    } catch (error) {
      this.failure = error
    } finally {
      this.isLoading = false
    }
  }

  toggle(): void {
    if (this.#clock.isPlaying) this.#pause()
    else this.#play()
  }

  seek(position: number): void {
    this.#clock.seek(position, performance.now())
    this.#step(false)
  }

  setSpeed(speed: number): void {
    this.speed = speed
    this.#clock.setSpeed(speed, performance.now())
  }

  #play(): void {
    this.#clock.play(performance.now())
    this.isPlaying = true
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#step(true), stepMs)
    this.#step(false)
  }

  #pause(): void {
    this.#clock.pause(performance.now())
    this.isPlaying = false
    clearInterval(this.#timer)
  }

  #step(isMoving: boolean): void {
    this.position = this.#clock.positionAt(performance.now())
    const target = reached(this.#offsets, this.position)
    // Going back folds again from the start: 50,000 entries take a few dozen milliseconds.
    if (target < this.#shown || !this.view) {
      this.#fold = new RoomFold()
      this.#shown = 0
    }
    const entries = this.#entries.slice(this.#shown, target)
    this.#shown = target
    this.#fold.feed(entries)
    this.view = this.#fold.view
    if (isMoving) for (const { counts } of entries) if (counts) this.#floods(counts)
    if (this.#clock.isPlaying && this.position >= this.lengthMs) this.#pause()
  }
}
