// A creator's dashboard on the wire (docs/protocol.md, "Dashboard"). Every value is absolute: the newest one counts.
import type { Text } from '../protocol'
import type { PollKind, RoomPhase, WordCount } from '../room/protocol'

/** One value per second from `from` (seconds since 1970) on; all arrays are equally long. */
export type Curve<Name extends string> = { from: number } & Record<Name, number[]>
export type RoomSeries = 'present' | 'messages' | 'reactions' | 'questions' | 'votes' | 'joined' | 'left'
export type ShownSeries = 'shown' | 'clicked' | 'converted'

export interface RoomCounts {
  messages: number
  reactions: number
  questions: number
  votes: number
  joined: number
  left: number
}

export interface Figures {
  shown: number
  clicked: number
  viewed: number
  enrolled: number
  purchased: number
  converted: number
}

export interface ActivePerson {
  user: string
  name: string
  messages: number
  questions: number
  reactions: number
  votes: number
}

export interface OpenQuestion {
  seq: number
  text: string
  name?: string | null
  votes: number
  at: string
}

export interface BoardPoll {
  seq: number
  kind: PollKind
  question: string
  choices?: string[]
  open: boolean
  voters: number
  counts?: number[]
  mean?: number
  histogram?: number[]
  words?: WordCount[]
}

export interface BoardRoom {
  room: string
  title: Text
  phase: RoomPhase
  present: number
  peak: number
  joined: number
  left: number
  watchSeconds: number
  /** In the last whole second. */
  second: RoomCounts
  totals: RoomCounts
  active: ActivePerson[]
  questions: OpenQuestion[]
  polls: BoardPoll[]
  curve: Curve<RoomSeries>
}

export interface Sale {
  currency: string
  minorUnits: number
  count: number
}

export interface BoardContent extends Figures {
  content: string
  title: Text
}

/** Somebody active, and how likely she is to stay away. */
export interface Fan {
  user: string
  name: string
  actions: number
  churn: number
}

export interface Dashboard extends Figures {
  creator: string
  at: string
  rooms: BoardRoom[]
  sales: Sale[]
  contents: BoardContent[]
  curve: Curve<ShownSeries>
  fans?: Fan[]
}
