import type { QueueStore } from '../lib/event-queue'
import type { ActivityEvent } from '../lib/protocol'

/** Keeps one person's unacknowledged events for as long as the tab lives, also while she has to sign in again. */
export function queueStoreOf(user: string): QueueStore {
  const key = `engage.waiting.${user}`
  return {
    load: () => JSON.parse(sessionStorage.getItem(key) ?? '[]') as ActivityEvent[],
    save: (waiting) => {
      if (waiting.length > 0) sessionStorage.setItem(key, JSON.stringify(waiting))
      else sessionStorage.removeItem(key)
    },
  }
}
