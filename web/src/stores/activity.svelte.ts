import { covers } from '../lib/position'
import type { ActivityEvent, EventKind, EventResult } from '../lib/protocol'

export interface Act {
  event: ActivityEvent
  startedAt: number
  state: 'pending' | 'acked' | 'rejected'
  ackMs?: number
  /** From the act to the arrival of the first recommendations that take it into account. */
  freshMs?: number
  position?: string
  error?: string
}

const actsMax = 100
const pushesMax = 32
// What the page reports by itself is not something the person did; it shows only if it was refused.
const automatic = new Set(['impression', 'clicked'])

/** What the person did in this visit, newest first, with what became of it. */
export class Activity {
  #all = $state<Act[]>([])
  #pushes: { position: string; at: number }[] = []

  acts = $derived(this.#all.filter((act) => act.state === 'rejected' || !automatic.has(act.event.kind)))
  lastFreshMs = $derived(this.acts.find((act) => act.freshMs !== undefined)?.freshMs)

  begin(event: ActivityEvent): void {
    // An event kept from before a reload began before this page did: its time on this page's clock is negative.
    const startedAt = Date.parse(event.occurredAt) - performance.timeOrigin
    this.#all = [{ event, startedAt, state: 'pending' as const }, ...this.#all].slice(0, actsMax)
  }

  settle(result: EventResult): void {
    const act = this.#all.find(({ event }) => event.eventId === result.eventId)
    if (!act) return
    if (result.status === 'rejected') {
      act.state = 'rejected'
      act.error = result.error ?? ''
      return
    }
    act.state = 'acked'
    act.ackMs = performance.now() - act.startedAt
    if (!result.position) return
    act.position = result.position
    // The push may overtake the acknowledgement.
    const push = this.#pushes.find(({ position, at }) => at >= act.startedAt && covers(position, result.position!))
    if (push) act.freshMs = push.at - act.startedAt
  }

  recommended(position: string): void {
    const at = performance.now()
    this.#pushes = [...this.#pushes, { position, at }].slice(-pushesMax)
    for (const act of this.#all) {
      if (act.position && act.freshMs === undefined && covers(position, act.position)) act.freshMs = at - act.startedAt
    }
  }

  /** The last value given in this visit, such as a rating. */
  value(kind: EventKind, content: string): number {
    return this.#all.find(({ event }) => event.kind === kind && event.content === content)?.event.value ?? 0
  }

  /** Whether the person did this in this visit (and it was not refused). */
  did(kind: EventKind, target: string, undoneBy?: EventKind): boolean {
    const last = this.#all.find(({ event, state }) => {
      const about = event.content ?? event.creator ?? event.community
      return state !== 'rejected' && about === target && (event.kind === kind || event.kind === undoneBy)
    })
    return last?.event.kind === kind
  }
}
