import type { RoomEntry } from '../../lib/room/protocol'

export type NewsKey = 'messages' | 'mention' | 'pollOpened' | 'pollClosed' | 'called' | 'started' | 'ended'
export interface Piece {
  key: NewsKey
  count: number
  name: string
  serial: number
}

const everyMs = 6_000

/**
 * What a screen reader is told of a room: a count of new messages every few seconds, never each one; at once only what
 * is meant for this person or changes the course of the room.
 */
export class News {
  said = $state.raw<Piece>()
  #messages = 0
  #serial = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  add(entries: readonly RoomEntry[], me: string): void {
    for (const entry of entries) {
      if (entry.kind === 'said' && !entry.deleted && entry.by !== me) this.#message(entry, me)
      else if (entry.kind === 'handCalled' && entry.user === me) this.#say('called')
      else if (isTurn(entry.kind)) this.#say(entry.kind, entry.name)
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #message(entry: RoomEntry, me: string): void {
    const isForMe = entry.mentions?.some((one) => (typeof one === 'string' ? one : one.user) === me) ?? false
    if (isForMe) return this.#say('mention', entry.name)
    this.#messages++
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const count = this.#messages
      this.#messages = 0
      this.#say('messages', '', count)
    }, everyMs)
  }

  #say(key: NewsKey, name = '', count = 0): void {
    this.said = { key, name, count, serial: ++this.#serial }
  }
}

const isTurn = (kind: string): kind is 'pollOpened' | 'pollClosed' | 'started' | 'ended' =>
  ['pollOpened', 'pollClosed', 'started', 'ended'].includes(kind)
