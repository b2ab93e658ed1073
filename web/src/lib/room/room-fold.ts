import type {
  HeldState,
  JoinAnswer,
  Leader,
  Person,
  PollDefinition,
  PollState,
  QuestionState,
  RaisedHand,
  RoomEntry,
  RoomPhase,
  RoomPush,
  RoomSettings,
  RoomState,
} from './protocol'
import { Transcript, type Row } from './transcript'

/** What the page shows of a room. Every part is replaced, never changed, so that one comparison tells what is new. */
export interface RoomView {
  readonly rows: readonly Row[]
  readonly phase: RoomPhase
  readonly startedAt: string | undefined
  readonly endedAt: string | undefined
  readonly settings: RoomSettings
  readonly present: number
  readonly people: readonly Person[]
  readonly typing: readonly string[]
  readonly pinned: readonly RoomEntry[]
  readonly questions: ReadonlyMap<number, QuestionState>
  readonly polls: ReadonlyMap<number, PollState>
  readonly held: ReadonlyMap<number, HeldState>
  readonly hands: readonly RaisedHand[]
  /** What moderators did, newest last; empty for everybody else. */
  readonly audit: readonly RoomEntry[]
}

export type Folded = 'applied' | 'stale' | 'gap'

const auditMax = 500
const audited = new Set([
  'muted',
  'unmuted',
  'banned',
  'unbanned',
  'historyErased',
  'roleGranted',
  'held',
  'approved',
  'rejected',
  'settingsChanged',
  'started',
  'ended',
])

const empty: RoomView = {
  rows: [],
  phase: 'scheduled',
  startedAt: undefined,
  endedAt: undefined,
  settings: {},
  present: 0,
  people: [],
  typing: [],
  pinned: [],
  questions: new Map(),
  polls: new Map(),
  held: new Map(),
  hands: [],
  audit: [],
}

/** For moderators there is a second entry about what they deleted, with the text that is gone. */
export const isDeletionAudited = ({ kind, text }: RoomEntry): boolean => kind === 'deleted' && text !== undefined

/** A word without letters was that of somebody who is erased: it counts, and is not shown. */
const results = ({ results }: RoomEntry): RoomEntry['results'] =>
  results?.words ? { ...results, words: results.words.filter(({ word }) => word !== '') } : results

const nameOf = (value: string | Person): string => (typeof value === 'string' ? value : value.name)

/**
 * Folds a room's log into what is shown. Pure: no clock, no connection. Applying anything twice changes nothing; a push
 * that does not follow on what was seen is refused as a gap, and the caller joins again from `seq`.
 */
export class RoomFold {
  readonly #transcript = new Transcript()
  #view: RoomView = empty
  #seq = 0

  /** Everything up to here was seen. */
  get seq(): number {
    return this.#seq
  }

  get view(): RoomView {
    return this.#view
  }

  /** The oldest entry of the transcript that is here: older ones are read below it. Undefined while there is none. */
  get oldest(): number | undefined {
    return this.#transcript.oldest
  }

  /** The seq of the message with this client id, if it is here. */
  seqOf(id: string): number | undefined {
    return this.#transcript.seqOf(id)
  }

  message(seq: number): ReturnType<Transcript['message']> {
    return this.#transcript.message(seq)
  }

  join(answer: JoinAnswer): void {
    if (answer.mode !== 'resumed') {
      this.#transcript.clear()
      this.#view = { ...empty, phase: answer.room.phase }
      this.#seq = 0
    } else {
      this.#forgetWhatIsGone(answer.state)
    }
    this.#entries(answer.entries)
    this.#seq = Math.max(this.#seq, answer.seq)
    this.#state(answer.state)
    this.#show()
  }

  push(push: RoomPush): Folded {
    if (push.after > this.#seq) return 'gap'
    if (push.to < this.#seq) return 'stale'
    this.#entries(push.entries)
    this.#seq = push.to
    if (push.state) this.#state(push.state)
    this.#show()
    return 'applied'
  }

  /** A page of the log below what is here: amendments that came later were kept and hold for it. */
  older(entries: readonly RoomEntry[]): void {
    this.#transcript.older(entries)
    this.#show()
  }

  /** Entries one after the other, as they happened: what a replay feeds. State comes from them alone. */
  feed(entries: readonly RoomEntry[]): void {
    this.#entries(entries)
    this.#show()
  }

  #entries(entries: readonly RoomEntry[]): void {
    const fresh = entries.filter((entry) => entry.seq > this.#seq)
    this.#transcript.newer(fresh)
    for (const entry of fresh) {
      this.#apply(entry)
      if (audited.has(entry.kind) || isDeletionAudited(entry))
        this.#set({ audit: [...this.#view.audit, entry].slice(-auditMax) })
      this.#seq = Math.max(this.#seq, entry.seq)
    }
  }

  #apply(entry: RoomEntry): void {
    // What it would say is gone; the transcript keeps its place.
    if (entry.deleted) return
    const { seq } = entry
    switch (entry.kind) {
      case 'scheduled':
        return this.#set({ phase: 'scheduled' })
      case 'started':
        return this.#set({ phase: 'live', startedAt: entry.at })
      case 'ended':
        return this.#set({ phase: 'ended', endedAt: entry.at })
      case 'settingsChanged':
        return this.#set({ settings: { ...this.#view.settings, ...entry.settings } })
      case 'presenceChanged':
        return this.#set({ present: entry.present ?? this.#view.present })
      case 'pinned': {
        const message = this.#transcript.message(entry.target ?? 0)
        const others = this.#view.pinned.filter((pinned) => pinned.seq !== entry.target)
        // Without the message itself the state that comes with the batch has to say what was pinned.
        return message ? this.#set({ pinned: [...others, { ...message.entry, text: message.text }] }) : undefined
      }
      case 'unpinned':
      case 'deleted':
        return this.#unpin((pinned) => pinned.seq === entry.target)
      case 'historyErased':
        this.#unpin((pinned) => pinned.by === entry.user)
        return this.#removeQuestions((question) => question.by !== undefined && question.by === entry.user)
      case 'asked':
        return this.#question(seq, {
          text: entry.text ?? '',
          at: entry.at,
          votes: 0,
          answered: false,
          ...(entry.by ? { by: entry.by } : {}),
          ...(entry.name ? { name: entry.name } : {}),
        })
      case 'questionEdited':
        return this.#amendQuestion(entry.target, { text: entry.text ?? '' })
      case 'questionAnswered':
        return this.#amendQuestion(entry.question, { answered: true, ...(entry.text ? { answer: entry.text } : {}) })
      case 'questionRemoved':
        return this.#removeQuestions((_, id) => id === entry.target)
      case 'pollOpened':
        return this.#poll(seq, { ...(entry.poll as PollDefinition), open: true })
      case 'pollClosed':
        return this.#closePoll(entry)
      default:
        return undefined
    }
  }

  #closePoll(entry: RoomEntry): void {
    const poll = this.#view.polls.get(Number(entry.poll))
    if (!poll) return
    const leaders: Leader[] | undefined = entry.leaders
    this.#poll(Number(entry.poll), {
      ...poll,
      ...results(entry),
      open: false,
      ...(entry.right !== undefined ? { right: entry.right } : {}),
      ...(leaders ? { leaders } : {}),
    })
  }

  #state(state: RoomState): void {
    const { phase, startedAt, endedAt, settings, present, people, typing, pinned, hands } = state
    this.#set({
      ...(phase ? { phase } : {}),
      ...(startedAt ? { startedAt } : {}),
      ...(endedAt ? { endedAt } : {}),
      ...(settings ? { settings: { ...this.#view.settings, ...settings } } : {}),
      ...(present !== undefined ? { present } : {}),
      ...(people ? { people } : {}),
      ...(typing ? { typing: typing.map(nameOf) } : {}),
      ...(pinned ? { pinned } : {}),
      ...(hands ? { hands } : {}),
    })
    if (state.questions) this.#set({ questions: merged(this.#view.questions, state.questions) })
    if (state.polls) this.#set({ polls: merged(this.#view.polls, state.polls) })
    if (state.held) this.#set({ held: merged(this.#view.held, state.held) })
    if (state.messages) this.#transcript.reactions(state.messages)
  }

  /** A snapshot names all that is open: what it does not name was removed while one was away. */
  #forgetWhatIsGone(state: RoomState): void {
    const named = new Set(Object.keys(state.questions ?? {}))
    this.#removeQuestions((question, id) => !question.answered && !named.has(String(id)))
    this.#set({ held: new Map(), hands: [], pinned: [] })
  }

  #unpin(isGone: (pinned: RoomEntry) => boolean): void {
    if (this.#view.pinned.some(isGone)) this.#set({ pinned: this.#view.pinned.filter((pinned) => !isGone(pinned)) })
  }

  #question(seq: number, question: QuestionState): void {
    this.#set({ questions: new Map(this.#view.questions).set(seq, question) })
  }

  #amendQuestion(seq: number | undefined, change: Partial<QuestionState>): void {
    const question = this.#view.questions.get(seq ?? 0)
    if (question) this.#question(seq!, { ...question, ...change })
  }

  #removeQuestions(isGone: (question: QuestionState, id: number) => boolean): void {
    const left = [...this.#view.questions].filter(([id, question]) => !isGone(question, id))
    if (left.length !== this.#view.questions.size) this.#set({ questions: new Map(left) })
  }

  #poll(seq: number, poll: PollState): void {
    this.#set({ polls: new Map(this.#view.polls).set(seq, poll) })
  }

  #show(): void {
    this.#set({ rows: this.#transcript.rows })
  }

  #set(change: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...change }
  }
}

function merged<T>(now: ReadonlyMap<number, T>, changes: Record<string, T | null>): ReadonlyMap<number, T> {
  const next = new Map(now)
  for (const [id, value] of Object.entries(changes)) {
    if (value === null) next.delete(Number(id))
    else next.set(Number(id), value)
  }
  return next
}
