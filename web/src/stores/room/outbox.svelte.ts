import { ProblemError } from '../../lib/problem'
import type { ActAnswer, RoomAction } from '../../lib/room/protocol'
import { newUuid } from '../../lib/uuid'

export interface Outgoing {
  readonly id: string
  readonly text: string
  readonly at: string
  readonly replyTo: number | undefined
  readonly mentions: readonly string[]
  /** `waiting`: the connection went, and it goes again by itself; `held`: a moderator looks at it first. */
  readonly state: 'sending' | 'waiting' | 'sent' | 'held' | 'failed'
  readonly seq?: number
  readonly error?: unknown
}

export interface OutboxRoom {
  /** Everything up to here was seen. */
  seq(): number
  /** The seq under which the room shows the message with this id. */
  seqOf(id: string): number | undefined
  act(action: RoomAction): Promise<ActAnswer>
  refused(error: unknown): void
}

export const outgoingMax = 50
const againMs = 1_000

/**
 * What was said and is not in the room's log yet, as far as this page knows. Every message keeps its id over all
 * attempts, and the room takes an id once: whatever the outcome of an attempt was, sending again is harmless.
 */
export class Outbox {
  waiting = $state.raw<readonly Outgoing[]>([])

  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly room: OutboxRoom) {}

  /** False: too much waits already, and nothing was taken. */
  say(text: string, replyTo: number | undefined, mentions: readonly string[]): boolean {
    if (this.waiting.length >= outgoingMax) return false
    const outgoing = { id: newUuid(), text, at: new Date().toISOString(), replyTo, mentions, state: 'sending' as const }
    this.waiting = [...this.waiting, outgoing]
    void this.#send(outgoing)
    return true
  }

  retry(id: string): void {
    const outgoing = this.waiting.find((one) => one.id === id)
    if (!outgoing || outgoing.state === 'sending') return
    this.#change(id, { state: 'sending', error: undefined })
    void this.#send(outgoing)
  }

  discard(id: string): void {
    this.waiting = this.waiting.filter((one) => one.id !== id)
  }

  /** The connection is back: what may or may not have arrived goes again, in order. */
  async resume(): Promise<void> {
    for (const { id, state } of this.waiting) {
      if (state !== 'waiting') continue
      this.#change(id, { state: 'sending' })
      const outgoing = this.waiting.find((one) => one.id === id)
      if (outgoing) await this.#send(outgoing)
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** The room has moved on: what is in it now waits no longer. */
  settle(): void {
    if (this.waiting.length === 0) return
    const left = this.waiting.filter(({ id }) => this.room.seqOf(id) === undefined)
    this.waiting = left.map((one) =>
      one.state === 'sent' && one.seq !== undefined && this.room.seq() >= one.seq ? { ...one, state: 'held' } : one,
    )
  }

  async #send({ id, text, replyTo, mentions }: Outgoing): Promise<void> {
    try {
      const { seq, held } = await this.room.act({
        do: 'say',
        id,
        text,
        ...(replyTo !== undefined ? { replyTo } : {}),
        ...(mentions.length > 0 ? { mentions: [...mentions] } : {}),
      })
      this.#change(id, { state: held ? 'held' : 'sent', ...(seq !== undefined ? { seq } : {}) })
      this.settle()
    } catch (error) {
      if (error instanceof ProblemError && !isPassing(error)) {
        this.#change(id, { state: 'failed', error })
        this.room.refused(error)
        return
      }
      this.#change(id, { state: 'waiting', error })
      // The connection stands, so nothing else would make it go again.
      if (error instanceof ProblemError) this.#resumeIn(error.problem.retryAfterMs ?? againMs)
    }
  }

  #resumeIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.resume()
    }, ms)
  }

  #change(id: string, change: Partial<Outgoing>): void {
    this.waiting = this.waiting.map((one) => (one.id === id ? { ...one, ...change } : one))
  }
}

/** The server could not say what became of it, or has too much to do: the same again, with the same id, is right. */
const isPassing = ({ problem }: ProblemError): boolean => problem.status >= 500 || problem.name === 'busy'
