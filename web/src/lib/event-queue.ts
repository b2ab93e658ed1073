import { ProblemError } from './problem'
import type { ActivityEvent, EventResult, TrackAnswer } from './protocol'

export const queueCapacity = 500
const batchSizeMax = 50
const retryMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000]

/** Where unacknowledged events outlive a reload or a session that ended. */
export interface QueueStore {
  load(): ActivityEvent[]
  save(waiting: ActivityEvent[]): void
}

/**
 * Events that the server has not acknowledged yet, in the order they happened. One batch is under way at a time; what
 * fails for a passing reason stays in front and goes again with the same event id, which the server takes only once.
 */
export class EventQueue {
  #waiting: ActivityEvent[]
  #sending = false
  #failures = 0
  #batchSize = batchSizeMax
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopped = false

  constructor(
    private readonly send: (batch: ActivityEvent[]) => Promise<TrackAnswer>,
    private readonly settled: (result: EventResult) => void,
    private readonly store: QueueStore,
  ) {
    this.#waiting = store.load()
  }

  get waiting(): readonly ActivityEvent[] {
    return this.#waiting
  }

  /** False when the queue is full: the event was not taken, and the caller has to say so. */
  add(event: ActivityEvent): boolean {
    if (this.#waiting.length >= queueCapacity) return false
    this.#keep([...this.#waiting, event])
    // While a retry is pending the connection is known to be down: new events wait for it, in order.
    if (this.#timer === undefined) void this.flush()
    return true
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#sending) return
    this.#sending = true
    while (this.#waiting.length > 0 && this.#timer === undefined && !this.#stopped) await this.#sendBatch()
    this.#sending = false
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, this.#batchSize)
    try {
      const { results } = await this.send(batch)
      this.#settle(results)
      const answered = new Set(results.map((result) => result.eventId))
      if (!batch.some((event) => answered.has(event.eventId))) return this.#retryLater()
      this.#failures = 0
      this.#batchSize = batchSizeMax
    } catch (error) {
      this.#failed(batch, error)
    }
  }

  #failed(batch: ActivityEvent[], error: unknown): void {
    if (!(error instanceof ProblemError) || !error.isFinal) {
      this.#retryLater(error instanceof ProblemError ? error.problem.retryAfterMs : undefined)
    } else if (batch.length > 1) {
      // The batch as a whole was refused; alone, the good ones of it will be taken.
      this.#batchSize = 1
    } else {
      this.#settle(batch.map(({ eventId }) => ({ eventId, status: 'rejected', error: error.message })))
    }
  }

  #settle(results: EventResult[]): void {
    const answered = new Set(results.map((result) => result.eventId))
    this.#keep(this.#waiting.filter((event) => !answered.has(event.eventId)))
    for (const result of results) this.settled(result)
  }

  #keep(waiting: ActivityEvent[]): void {
    this.#waiting = waiting
    this.store.save(waiting)
  }

  #retryLater(afterMs = retryMs[Math.min(this.#failures, retryMs.length - 1)]): void {
    this.#failures++
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), afterMs)
  }
}
