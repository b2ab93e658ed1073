import type { Person, RoomEntry } from './protocol'

export interface Message {
  readonly type: 'message'
  readonly seq: number
  readonly at: string
  readonly by: string | undefined
  readonly name: string
  readonly text: string
  readonly replyTo: number | undefined
  readonly mentions: readonly string[]
  readonly edited: boolean
  /** Who took it away; undefined while it is there. */
  readonly gone: 'author' | 'moderator' | undefined
  readonly reactions: Readonly<Record<string, number>>
  readonly entry: RoomEntry
}

/** Something other than a message that the conversation should show where it happened. */
export interface Happening {
  readonly type: 'happening'
  readonly seq: number
  readonly at: string
  readonly kind: string
  readonly entry: RoomEntry
}

export type Row = Message | Happening

/** A tombstone or a new text for a message that may not be here yet. */
interface Amendment {
  seq: number
  text?: string
  gone?: boolean
  by?: string | undefined
}

const happenings = new Set(['started', 'ended', 'asked', 'questionAnswered', 'pollOpened', 'pollClosed', 'handCalled'])
/** Beyond this the oldest go; they can be read again. */
export const rowsMax = 20_000
const amendmentsMax = 5_000

const userOf = (value: string | Person): string => (typeof value === 'string' ? value : value.user)

/**
 * The conversation in order of the log. What amends a message (edit, deletion, erasure) is kept when the message is not
 * here, because pages of history come after what happened to them.
 */
export class Transcript {
  #rows: Row[] = []
  #places = new Map<number, Message>()
  #ids = new Map<string, number>()
  #amendments = new Map<number, Amendment>()
  #reactions = new Map<number, Record<string, number>>()
  #erasures = new Map<string, number>()
  #oldest: number | undefined

  get rows(): readonly Row[] {
    return this.#rows
  }

  get oldest(): number | undefined {
    return this.#oldest
  }

  message(seq: number): Message | undefined {
    return this.#places.get(seq)
  }

  seqOf(id: string): number | undefined {
    return this.#ids.get(id)
  }

  clear(): void {
    this.#rows = []
    this.#places.clear()
    this.#ids.clear()
    this.#amendments.clear()
    this.#reactions.clear()
    this.#erasures.clear()
    this.#oldest = undefined
  }

  newer(entries: readonly RoomEntry[]): void {
    if (entries.length === 0) return
    this.#oldest ??= entries[0]!.seq
    const added = this.#take(entries)
    if (added.length > 0) this.#rows = this.#trimmed([...this.#rows, ...added])
  }

  older(entries: readonly RoomEntry[]): void {
    const unseen = entries.filter((entry) => this.#oldest === undefined || entry.seq < this.#oldest)
    if (unseen.length === 0) return
    this.#oldest = unseen[0]!.seq
    this.#rows = [...this.#take(unseen), ...this.#rows]
  }

  reactions(messages: Record<string, { reactions?: Record<string, number> } | null>): void {
    const changed = new Set<number>()
    for (const [key, value] of Object.entries(messages)) {
      const seq = Number(key)
      this.#reactions.set(seq, value?.reactions ?? {})
      changed.add(seq)
    }
    forgetOldest(this.#reactions, rowsMax)
    if (![...changed].some((seq) => this.#places.has(seq))) return
    this.#rows = this.#rows.map((row) => (row.type === 'message' && changed.has(row.seq) ? this.#again(row) : row))
  }

  #take(entries: readonly RoomEntry[]): Row[] {
    const added: Row[] = []
    for (const entry of entries) {
      if (entry.kind === 'said') added.push(this.#said(entry))
      else if (entry.deleted) continue
      else if (happenings.has(entry.kind)) added.push({ type: 'happening', ...pick(entry), entry })
      else this.#amend(entry)
    }
    // An amendment may follow its message in the same page, before the row was in the list.
    return added.map((row) => (row.type === 'message' ? this.#again(row) : row))
  }

  #said(entry: RoomEntry): Message {
    const message: Message = {
      type: 'message',
      seq: entry.seq,
      at: entry.at,
      by: entry.by,
      name: entry.name ?? '',
      text: entry.text ?? '',
      replyTo: entry.replyTo,
      mentions: (entry.mentions ?? []).map(userOf),
      edited: false,
      gone: entry.deleted ? 'author' : undefined,
      reactions: {},
      entry,
    }
    const whole = this.#amended(message)
    this.#places.set(entry.seq, whole)
    if (entry.id) this.#ids.set(entry.id, entry.seq)
    return whole
  }

  #amend(entry: RoomEntry): void {
    if (entry.kind === 'edited') {
      this.#keep(entry.target, { seq: entry.seq, text: entry.text ?? '' })
    } else if (entry.kind === 'deleted') {
      this.#keep(entry.target, { seq: entry.seq, gone: true, by: entry.by })
    } else if (entry.kind === 'historyErased' && entry.user) {
      this.#erasures.set(entry.user, Math.max(entry.seq, this.#erasures.get(entry.user) ?? 0))
      this.#rows = this.#rows.map((row) => (row.type === 'message' && row.by === entry.user ? this.#again(row) : row))
    }
  }

  #keep(target: number | undefined, amendment: Amendment): void {
    if (target === undefined) return
    const known = this.#amendments.get(target)
    // A deletion is for good; of two edits the later one counts, in whichever order they arrive.
    if (known?.gone || (known && !amendment.gone && known.seq > amendment.seq)) return
    this.#amendments.set(target, amendment)
    forgetOldest(this.#amendments, amendmentsMax)
    const message = this.#places.get(target)
    const index = message ? place(this.#rows, target) : -1
    // One that came in the same batch is not in the list yet; it is amended when it is added.
    if (message && index >= 0) this.#rows = this.#rows.with(index, this.#again(message))
  }

  #again(message: Message): Message {
    const next = this.#amended(message)
    this.#places.set(message.seq, next)
    return next
  }

  #amended(message: Message): Message {
    const amendment = this.#amendments.get(message.seq)
    const reactions = this.#reactions.get(message.seq) ?? message.reactions
    if (message.by && (this.#erasures.get(message.by) ?? 0) > message.seq) return tombstone(message, 'moderator')
    if (!amendment) return reactions === message.reactions ? message : { ...message, reactions }
    if (amendment.gone) {
      return tombstone(message, amendment.by && amendment.by !== message.by ? 'moderator' : 'author')
    }
    return { ...message, text: amendment.text ?? message.text, edited: true, reactions }
  }

  #trimmed(rows: Row[]): Row[] {
    if (rows.length <= rowsMax) return rows
    const kept = rows.slice(-rowsMax)
    for (const row of rows.slice(0, rows.length - rowsMax)) {
      this.#places.delete(row.seq)
      if (row.entry.id) this.#ids.delete(row.entry.id)
    }
    this.#oldest = kept[0]!.seq
    return kept
  }
}

const tombstone = (message: Message, gone: 'author' | 'moderator'): Message => ({
  ...message,
  text: '',
  mentions: [],
  reactions: {},
  gone,
})

const pick = ({ seq, at, kind }: RoomEntry): Pick<Happening, 'seq' | 'at' | 'kind'> => ({ seq, at, kind })

/** Where the row with this seq is; rows are in order of seq. -1: nowhere. */
function place(rows: readonly Row[], seq: number): number {
  let low = 0
  let high = rows.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = rows[middle]!.seq
    if (found === seq) return middle
    if (found < seq) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Maps keep the order of insertion, so the first keys are those that waited longest. */
function forgetOldest(map: Map<number, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return
    map.delete(key)
  }
}
