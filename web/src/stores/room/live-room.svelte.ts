import { createContext } from 'svelte'
import type { Hub } from '../../lib/hub'
import { ProblemError } from '../../lib/problem'
import type {
  ActAnswer,
  JoinAnswer,
  Me,
  Person,
  RoomAction,
  RoomClosed,
  RoomInfo,
  RoomPage,
  RoomPush,
} from '../../lib/room/protocol'
import { RoomFold, type RoomView } from '../../lib/room/room-fold'
import { ReactionBurst } from '../../lib/room/reaction-burst'
import { News } from './news.svelte'
import { Outbox } from './outbox.svelte'
import { OwnMarks } from './own-marks.svelte'

export type Place = 'chat' | 'questions' | 'polls' | 'stage' | 'moderation'
export interface Refusal {
  place: Place
  error: unknown
  /** When it may be tried again, in ms of the day's clock. */
  retryAt: number | undefined
}

const recentEntries = 100
const historyPage = 100
const pagesMax = 10
const pushesMax = 1_000
const rejoinMs = [0, 250, 1_000, 4_000]

type RoomHub = Pick<Hub, 'call' | 'on' | 'onConnected'>

/** One room as one person in it sees it, for as long as she is there. */
export class LiveRoom {
  view = $state.raw<RoomView>()
  info = $state.raw<RoomInfo>()
  me = $state.raw<Me>()
  /** Why she is not here any longer. */
  closed = $state.raw<Omit<RoomClosed, 'room'>>()
  failure = $state.raw<unknown>()
  refusal = $state.raw<Refusal>()
  hasOlder = $state(false)
  isReading = $state(false)
  isHandRaised = $state(false)
  draft = $state('')
  readonly outbox: Outbox
  readonly marks: OwnMarks
  readonly news = new News()
  readonly #fold = new RoomFold()
  readonly #burst: ReactionBurst
  readonly #floods = new Set<(counts: Record<string, number>) => void>()
  readonly #echo = new Map<string, number>()
  readonly #names = new Map<string, string>()
  readonly #stops: (() => void)[]
  #pushes: RoomPush[] | undefined
  /** The room sent her out while she was coming in. */
  #isToRejoin = false
  #rejoins = 0
  #lastTyped = 0
  /** Everything from here on was read. */
  #before = 1
  #stopped = false

  constructor(
    private readonly hub: RoomHub,
    readonly id: string,
    user: string,
  ) {
    this.marks = new OwnMarks(user, id)
    this.outbox = new Outbox({
      seq: () => this.#fold.seq,
      seqOf: (message) => this.#fold.seqOf(message),
      act: (action) => this.#act(action),
      refused: (error) => this.refuse('chat', error),
    })
    this.#burst = new ReactionBurst((emoji, count) => void this.#react(emoji, count))
    this.#stops = [
      hub.on<RoomPush>('room', (push) => this.#pushed(push)),
      hub.on<{ room: string }>('roomReload', ({ room }) => room === id && this.#reload()),
      hub.on<RoomClosed>('roomClosed', (body) => body.room === id && this.#close(body)),
      hub.onConnected(() => void this.join()),
    ]
  }

  get seq(): number {
    return this.#fold.seq
  }

  stop(): void {
    this.#stopped = true
    for (const stop of this.#stops) stop()
    this.#burst.stop()
    this.news.stop()
    this.outbox.stop()
    // The server notices by itself if the connection is gone already.
    if (!this.closed) this.hub.call('LeaveRoom', this.id).catch(() => undefined)
  }

  /** Comes in, or comes back with what was seen last. What is pushed meanwhile waits. */
  async join(): Promise<void> {
    if (this.#pushes || this.closed || this.#stopped) return
    this.#pushes = []
    this.#isToRejoin = false
    this.failure = undefined
    const since = this.#fold.seq > 0 ? { after: this.#fold.seq } : { limit: recentEntries }
    try {
      this.#joined(await this.hub.call<JoinAnswer>('JoinRoom', this.id, since))
    } catch (error) {
      this.#pushes = undefined
      this.#notJoined(error)
    }
  }

  /** Tries the door again, after what she may enter has changed. */
  async reopen(): Promise<void> {
    if (this.closed?.reason !== 'payment') return
    this.closed = undefined
    await this.join()
  }

  /** Does something in the room; a refusal is kept beside the place where it was tried. */
  async act(action: RoomAction, place: Place): Promise<ActAnswer | undefined> {
    try {
      const answer = await this.#act(action)
      if (this.refusal?.place === place) this.refusal = undefined
      return answer
    } catch (error) {
      this.refuse(place, error)
      return undefined
    }
  }

  refuse(place: Place, error: unknown): void {
    // The server that knew her has gone; the next one is told that she is here.
    if (error instanceof ProblemError && error.problem.name === 'not-joined') void this.join()
    const afterMs = error instanceof ProblemError ? error.problem.retryAfterMs : undefined
    this.refusal = { place, error, retryAt: afterMs === undefined ? undefined : Date.now() + afterMs }
  }

  forgive(place: Place): void {
    if (this.refusal?.place === place) this.refusal = undefined
  }

  /** A reaction to the moment. It is shown at once; its echo from the room is not shown again. */
  react(emoji: string): void {
    if (!this.#burst.tap(emoji)) return
    this.#echo.set(emoji, (this.#echo.get(emoji) ?? 0) + 1)
    this.flood({ [emoji]: 1 })
  }

  onFlood(show: (counts: Record<string, number>) => void): () => void {
    this.#floods.add(show)
    return () => this.#floods.delete(show)
  }

  /** Shows reactions that nobody sends now, those of a replay. */
  flood = (counts: Record<string, number>): void => {
    for (const show of this.#floods) show(counts)
  }

  typing(now: number): void {
    if (now - this.#lastTyped < 3_000) return
    this.#lastTyped = now
    this.hub.call('Typing', this.id).catch(() => undefined)
  }

  async readOlder(): Promise<void> {
    if (this.isReading || !this.hasOlder) return
    this.isReading = true
    const rows = this.#fold.view.rows.length
    try {
      // A page may hold nothing that the list shows, such as a flood of reactions alone.
      for (let page = 0; page < pagesMax && this.hasOlder && this.#fold.view.rows.length === rows; page++) {
        await this.#readPage()
      }
      this.view = this.#fold.view
    } catch {
      // Scrolling up again asks again; the list says nothing false meanwhile.
    } finally {
      this.isReading = false
    }
  }

  readPage = (after: number, limit: number): Promise<RoomPage> => this.hub.call('ReadRoom', this.id, { after, limit })

  /** Everybody the page has seen here, by name: whom one may mention. */
  known(): Person[] {
    return [...this.#names].map(([user, name]) => ({ user, name }))
  }

  nameOf = (user: string): string | undefined => this.#names.get(user)
  message = (seq: number): ReturnType<RoomFold['message']> => this.#fold.message(seq)

  async #readPage(): Promise<void> {
    const before = this.#before
    const page = await this.hub.call<RoomPage>('ReadRoom', this.id, { before, limit: historyPage })
    // Who joined anew meanwhile has another beginning.
    if (before !== this.#before) return
    this.#fold.older(page.entries)
    this.#learn(page.entries)
    // A page may be empty though there is more: what is not for her eyes lies between.
    this.#before = Math.min(before, page.through)
    this.hasOlder = page.more && page.through < before
  }

  #act = (action: RoomAction): Promise<ActAnswer> =>
    this.hub.call<ActAnswer | null>('Act', this.id, action).then((answer) => answer ?? {})

  async #react(emoji: string, count: number): Promise<void> {
    try {
      await this.hub.call('React', this.id, emoji, count)
    } catch (error) {
      this.#echo.set(emoji, Math.max(0, (this.#echo.get(emoji) ?? 0) - count))
      if (error instanceof ProblemError) this.refuse('stage', error)
    }
  }

  #joined(answer: JoinAnswer): void {
    const pushes = this.#pushes ?? []
    this.#pushes = undefined
    if (answer.mode !== 'resumed') {
      this.#before = answer.entries[0]?.seq ?? answer.seq + 1
      this.hasOlder = this.#before > 1
      this.#echo.clear()
    } else {
      this.news.add(answer.entries, answer.me.user)
    }
    this.info = answer.room
    this.me = answer.me
    this.#fold.join(answer)
    this.#show(answer.entries)
    const isToRejoin = this.#isToRejoin
    for (const push of pushes) this.#pushed(push)
    if (isToRejoin) void this.join()
    void this.outbox.resume()
  }

  #reload(): void {
    this.#isToRejoin = true
    void this.join()
  }

  #notJoined(error: unknown): void {
    // Without an answer the connection is gone, and the next one joins.
    if (!(error instanceof ProblemError)) return
    const { name, detail, until } = error.problem
    if (name === 'payment-required') this.#close({ reason: 'payment', detail: '', offers: error.problem.offers ?? [] })
    else if (name === 'forbidden') this.#close({ reason: 'banned', detail, ...(until ? { until } : {}) })
    else if (error.isFinal) this.failure = error
    else this.#joinLater(error.problem.retryAfterMs)
  }

  #joinLater(afterMs?: number): void {
    const delay = afterMs ?? rejoinMs[Math.min(this.#rejoins++, rejoinMs.length - 1)]
    setTimeout(() => void this.join(), delay)
  }

  #pushed(push: RoomPush): void {
    if (push.room !== this.id || this.closed) return
    if (this.#pushes) {
      // Beyond the limit the answer will show a gap, which joins again.
      if (this.#pushes.length < pushesMax) this.#pushes.push(push)
      return
    }
    const isNew = push.to > this.#fold.seq
    const folded = this.#fold.push(push)
    if (folded === 'gap') return this.#joinLater()
    if (folded === 'stale') return
    this.#rejoins = 0
    this.#show(push.entries)
    if (!isNew) return
    this.news.add(push.entries, this.me?.user ?? '')
    for (const entry of push.entries) this.#happened(entry)
  }

  #happened(entry: RoomPush['entries'][number]): void {
    if (entry.kind === 'reacted' && entry.counts) this.#echoed(entry.counts)
    if (entry.user !== this.me?.user) return
    if (entry.kind === 'handCalled' || entry.kind === 'handLowered') this.isHandRaised = false
    // One's own role decides what is pushed: only a new join gets the rest.
    if (entry.kind === 'roleGranted') void this.join()
  }

  #echoed(counts: Record<string, number>): void {
    const others = Object.entries(counts).map(([emoji, count]): [string, number] => {
      const own = Math.min(count, this.#echo.get(emoji) ?? 0)
      if (own > 0) this.#echo.set(emoji, (this.#echo.get(emoji) ?? 0) - own)
      return [emoji, count - own]
    })
    this.flood(Object.fromEntries(others.filter(([, count]) => count > 0)))
  }

  #show(entries: RoomPush['entries']): void {
    this.#learn(entries)
    for (const { user, name } of this.#fold.view.people) this.#names.set(user, name)
    this.view = this.#fold.view
    this.outbox.settle()
  }

  #learn(entries: RoomPush['entries']): void {
    for (const { by, name } of entries) if (by && name) this.#names.set(by, name)
  }

  #close({ reason, until, detail, offers }: Omit<RoomClosed, 'room'>): void {
    this.closed = {
      reason,
      ...(until ? { until } : {}),
      ...(detail ? { detail } : {}),
      ...(offers ? { offers } : {}),
    }
  }
}

export const [getRoom, setRoom] = createContext<LiveRoom>()
