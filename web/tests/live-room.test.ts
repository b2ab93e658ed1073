import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ProblemError, parseProblem } from '../src/lib/problem'
import type { JoinAnswer, RoomEntry, RoomPage, RoomPush } from '../src/lib/room/protocol'
import { LiveRoom } from '../src/stores/room/live-room.svelte'

const refusal = (status: number, name: string, more: object = {}): ProblemError =>
  new ProblemError(parseProblem({ type: `https://engage.dev/problems/${name}`, detail: name, ...more }, status))

/** A hub that keeps one room as the server would: numbers what is said, and tells it when it is told to. */
class FakeHub {
  readonly log: RoomEntry[] = []
  readonly calls: [string, unknown[]][] = []
  readonly refusals: unknown[] = []
  /** What reading answers, one after the other. */
  readonly pages: RoomPage[] = []
  isDown = false
  #handlers = new Map<string, (body: never) => void>()
  #connected: (() => void)[] = []

  call = async <T>(method: string, ...args: unknown[]): Promise<T> => {
    this.calls.push([method, args])
    if (this.isDown) throw new Error('Cannot send data if the connection is not in the Connected State.')
    if (this.refusals.length > 0 && method !== 'LeaveRoom') throw this.refusals.shift()
    if (method === 'JoinRoom') return this.#join(args[1] as { after?: number }) as T
    if (method === 'ReadRoom') return this.pages.shift() as T
    if (method === 'Act') return this.#act(args[1] as { do: string; id: string; text: string }) as T
    return undefined as T
  }
  on = <T>(push: string, handle: (body: T) => void): (() => void) => {
    this.#handlers.set(push, handle)
    return () => this.#handlers.delete(push)
  }
  onConnected = (handle: () => void): (() => void) => {
    this.#connected.push(handle)
    handle()
    return () => undefined
  }

  say(text: string, by = 'u-lin', id = `id-${text}`): number {
    const seq = this.log.length + 1
    this.log.push({ seq, at: new Date(seq * 1000).toISOString(), kind: 'said', id, text, by, name: by })
    return seq
  }
  push(after: number, more: Partial<RoomPush> = {}): void {
    const entries = this.log.filter(({ seq }) => seq > after)
    this.tell('room', { room: 'r', after, to: this.log.length, entries, ...more })
  }
  tell(name: string, body: unknown): void {
    this.#handlers.get(name)?.(body as never)
  }
  reconnect(): void {
    this.isDown = false
    for (const handle of this.#connected) handle()
  }
  named = (method: string): unknown[][] => this.calls.filter(([name]) => name === method).map(([, args]) => args)

  #act({ do: what, id, text }: { do: string; id: string; text: string }): { seq?: number } {
    if (what !== 'say') return {}
    const known = this.log.find((entry) => entry.id === id)
    return { seq: known?.seq ?? this.say(text, 'u-me', id) }
  }
  #join({ after }: { after?: number }): JoinAnswer {
    return {
      room: { id: 'r', community: 'g', creator: 'k', title: { en: 'Room' }, phase: 'live' },
      me: { user: 'u-me', name: 'me', role: 'member' },
      mode: after === undefined ? 'recent' : 'resumed',
      seq: this.log.length,
      entries: this.log.filter(({ seq }) => seq > (after ?? 0)),
      state: { phase: 'live', present: 2 },
    }
  }
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
const texts = (room: LiveRoom): string[] => room.view!.rows.map(({ entry }) => entry.text ?? '')

async function inRoom(): Promise<{ hub: FakeHub; room: LiveRoom }> {
  const hub = new FakeHub()
  hub.say('one')
  const room = new LiveRoom(hub, 'r', 'u-me')
  await settled()
  return { hub, room }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => undefined })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('being in a room', () => {
  it('shows what was said before and what is pushed', async () => {
    const { hub, room } = await inRoom()

    hub.say('two')
    hub.push(1)

    expect(texts(room)).toEqual(['one', 'two'])
  })

  it('joins again from what it has seen when a push leaves a gap', async () => {
    const { hub, room } = await inRoom()
    hub.say('two')
    hub.say('three')

    hub.push(2)
    await vi.advanceTimersByTimeAsync(10)

    expect(hub.named('JoinRoom').at(-1)).toEqual(['r', { after: 1 }])
    expect(texts(room)).toEqual(['one', 'two', 'three'])
  })

  it('keeps for later what is pushed while it joins', async () => {
    const hub = new FakeHub()
    hub.say('one')
    const room = new LiveRoom(hub, 'r', 'u-me')
    hub.push(1, { to: 2, entries: [{ seq: 2, at: '', kind: 'said', id: 'x', text: 'two', by: 'u-lin', name: 'lin' }] })

    await settled()

    expect(texts(room)).toEqual(['one', 'two'])
  })

  it('joins again when it is told to before the answer to its join is seen', async () => {
    const hub = new FakeHub()
    const room = new LiveRoom(hub, 'r', 'u-me')

    hub.tell('roomReload', { room: 'r', seq: 0 })
    await settled()

    expect(hub.named('JoinRoom')).toHaveLength(2)
    expect(room.failure).toBeUndefined()
  })

  it('is told what it missed when the connection is back', async () => {
    const { hub, room } = await inRoom()
    hub.isDown = true
    hub.say('missed')

    hub.reconnect()
    await settled()

    expect(texts(room)).toEqual(['one', 'missed'])
  })

  it('leaves for good when it is closed to her', async () => {
    const { hub, room } = await inRoom()

    hub.tell('roomClosed', { room: 'r', reason: 'banned', detail: 'spam' })
    hub.reconnect()
    await settled()

    expect(room.closed).toEqual({ reason: 'banned', detail: 'spam' })
    expect(hub.named('JoinRoom')).toHaveLength(1)
  })

  it('says so when a banned person comes', async () => {
    const hub = new FakeHub()
    hub.refusals.push(refusal(403, 'forbidden', { until: '2027-01-01T00:00:00Z' }))

    const room = new LiveRoom(hub, 'r', 'u-me')
    await settled()

    expect(room.closed).toMatchObject({ reason: 'banned', until: '2027-01-01T00:00:00Z' })
  })
})

describe('what one says', () => {
  it('waits until the room shows it', async () => {
    const { hub, room } = await inRoom()
    room.outbox.say('hello', undefined, [])
    await settled()
    expect(room.outbox.waiting.map(({ state }) => state)).toEqual(['sent'])

    hub.push(1)

    expect(room.outbox.waiting).toEqual([])
    expect(texts(room)).toEqual(['one', 'hello'])
  })

  it('goes again by itself under the same id after a lost connection', async () => {
    const { hub, room } = await inRoom()
    hub.isDown = true
    room.outbox.say('hello', undefined, [])
    await settled()
    expect(room.outbox.waiting[0]!.state).toBe('waiting')

    hub.reconnect()
    await settled()

    const sent = hub.named('Act').map(([, action]) => (action as { id: string }).id)
    expect(sent).toHaveLength(2)
    expect(new Set(sent).size).toBe(1)
    expect(hub.log.filter(({ text }) => text === 'hello')).toHaveLength(1)
  })

  it('is kept when it is refused, with the time to try again', async () => {
    const { hub, room } = await inRoom()
    vi.setSystemTime(1_000)
    hub.refusals.push(refusal(429, 'slow-mode', { retryAfter: 7 }))

    room.outbox.say('too soon', undefined, [])
    await settled()

    expect(room.outbox.waiting[0]!.state).toBe('failed')
    expect(room.refusal).toMatchObject({ place: 'chat', retryAt: 8_000 })

    room.outbox.retry(room.outbox.waiting[0]!.id)
    await settled()
    hub.push(1)
    expect(texts(room)).toEqual(['one', 'too soon'])
  })

  it('goes again with the same id when the server could not say what became of it', async () => {
    const { hub, room } = await inRoom()
    hub.refusals.push(refusal(503, 'not-ready'))

    room.outbox.say('hello', undefined, [])
    await vi.advanceTimersByTimeAsync(1_000)
    hub.push(1)

    expect(new Set(hub.named('Act').map(([, action]) => (action as { id: string }).id)).size).toBe(1)
    expect(texts(room)).toEqual(['one', 'hello'])
    expect(room.refusal).toBeUndefined()
  })

  it('is known to be held when the room went past it without showing it', async () => {
    const { hub, room } = await inRoom()
    room.outbox.say('hm', undefined, [])
    await settled()

    hub.push(1, { entries: [] })

    expect(room.outbox.waiting.map(({ state }) => state)).toEqual(['held'])
  })
})

describe('reactions to the moment', () => {
  it('go out together and are not shown a second time by their echo', async () => {
    const { hub, room } = await inRoom()
    const shown: Record<string, number>[] = []
    room.onFlood((counts) => shown.push(counts))
    for (let i = 0; i < 30; i++) room.react('👏')

    await vi.advanceTimersByTimeAsync(300)
    hub.log.push({ seq: 2, at: '', kind: 'reacted', counts: { '👏': 25 } })
    hub.push(1)

    expect(hub.named('React')).toEqual([['r', '👏', 20]])
    expect(shown.slice(0, 20)).toEqual(Array(20).fill({ '👏': 1 }))
    expect(shown.slice(20)).toEqual([{ '👏': 5 }])
  })
})

describe('news for those who listen', () => {
  it('counts messages instead of reading each one', async () => {
    const { hub, room } = await inRoom()
    for (let i = 0; i < 12; i++) hub.say(`m${i}`)
    hub.push(1)
    expect(room.news.said).toBeUndefined()

    await vi.advanceTimersByTimeAsync(6_000)

    expect(room.news.said).toMatchObject({ key: 'messages', count: 12 })
  })

  it('tells at once what is meant for her', async () => {
    const { hub, room } = await inRoom()
    hub.log.push({ seq: 2, at: '', kind: 'said', text: '@me', by: 'u-lin', name: 'lin', mentions: ['u-me'] })

    hub.push(1)

    expect(room.news.said).toMatchObject({ key: 'mention', name: 'lin' })
  })
})

describe('reading what was before', () => {
  const said = (seq: number): RoomEntry => {
    const text = `${seq}`
    return { seq, at: '', kind: 'said', id: text, text, by: 'u-lin', name: 'lin' }
  }

  async function later(): Promise<{ hub: FakeHub; room: LiveRoom }> {
    const hub = new FakeHub()
    hub.log.push(said(500))
    const room = new LiveRoom(hub, 'r', 'u-me')
    await settled()
    return { hub, room }
  }

  it('goes on below pages of which nothing is for her', async () => {
    const { hub, room } = await later()
    hub.pages.push({ entries: [], through: 400, more: true }, { entries: [said(7)], through: 5, more: true })

    await room.readOlder()

    expect(hub.named('ReadRoom').map(([, options]) => (options as { before: number }).before)).toEqual([500, 400])
    expect(texts(room)).toEqual(['7', '500'])
    expect(room.hasOlder).toBe(true)
  })

  it('goes on from where the page ended, not from what it shows of it', async () => {
    const { hub, room } = await later()
    hub.pages.push({ entries: [said(450)], through: 401, more: true }, { entries: [said(3)], through: 1, more: false })

    await room.readOlder()
    await room.readOlder()

    expect(hub.named('ReadRoom').at(-1)).toEqual(['r', { before: 401, limit: 100 }])
    expect(texts(room)).toEqual(['3', '450', '500'])
    expect(room.hasOlder).toBe(false)
  })

  it('ends where a page does not sink', async () => {
    const { hub, room } = await later()
    hub.pages.push({ entries: [], through: 500, more: true })

    await room.readOlder()

    expect(room.hasOlder).toBe(false)
  })

  it('that is locked shows what opens it, and is tried again once it was bought', async () => {
    const hub = new FakeHub()
    hub.refusals.push(refusal(402, 'payment-required', { offers: ['f-1'] }))
    const room = new LiveRoom(hub, 'r', 'u-me')
    await settled()
    expect(room.closed).toMatchObject({ reason: 'payment', offers: ['f-1'] })

    await room.reopen()

    expect([room.closed, room.me?.user]).toEqual([undefined, 'u-me'])
  })

  it('that closed for another reason is not tried again by a purchase', async () => {
    const { hub, room } = await inRoom()
    hub.tell('roomClosed', { room: 'r', reason: 'banned' })

    await room.reopen()

    expect(room.closed?.reason).toBe('banned')
  })
})
