// Rooms on the wire, as docs/protocol.md, "Rooms", states them. Messages, questions and polls are known by their seq.
import type { Access, Text } from '../protocol'

export type RoomPhase = 'scheduled' | 'live' | 'ended'
export type Role = 'visitor' | 'member' | 'moderator' | 'owner'
export type PollKind = 'single' | 'multiple' | 'slider' | 'wordCloud' | 'quiz'

export interface RoomDefinition {
  id: string
  community: string
  creator: string
  title: Text
  description?: Text
  content?: string
  scheduledAt?: string
}

export interface RoomInfo extends RoomDefinition {
  phase: RoomPhase
  present?: number
  startedAt?: string
  endedAt?: string
  /** Whether the reader may enter. */
  access?: Access
}

export interface Person {
  user: string
  name: string
}

export interface Me extends Person {
  role: Role
  mutedUntil?: string | null
  bannedUntil?: string | null
}

export interface RoomSettings {
  slowModeSeconds?: number
  membersOnly?: boolean
  emojiOnly?: boolean
  holdMessages?: boolean
  holdQuestions?: boolean
  /** Moderators only. */
  filteredWords?: string[]
  refuseFiltered?: boolean
}

/** One fact of the log. Which of the optional members are there follows from `kind`. */
export interface RoomEntry {
  seq: number
  at: string
  kind: string
  by?: string
  name?: string
  id?: string
  text?: string
  /** What it said is gone; the entry keeps its place. */
  deleted?: boolean
  replyTo?: number
  mentions?: (string | Person)[]
  target?: number
  reason?: string
  emoji?: string
  on?: boolean
  counts?: Record<string, number>
  question?: number
  poll?: number | PollDefinition
  anonymous?: boolean
  user?: string
  userName?: string
  /** Of what a moderator deleted; in the audit only. */
  author?: string
  role?: Role
  until?: string
  what?: string
  held?: number
  present?: number
  settings?: RoomSettings
  results?: PollResults
  right?: number
  leaders?: Leader[]
}

export interface PollDefinition {
  kind: PollKind
  question: string
  choices?: string[]
  minimum?: number
  maximum?: number
  showResults?: boolean
  closesAt?: string
}

export interface WordCount {
  word: string
  count: number
}

export interface PollResults {
  voters?: number
  counts?: number[]
  mean?: number
  histogram?: number[]
  words?: WordCount[]
}

export interface Leader extends Person {
  score: number
}

export interface PollState extends PollDefinition, PollResults {
  open: boolean
  right?: number
  leaders?: Leader[]
}

export interface QuestionState {
  text: string
  by?: string
  name?: string
  at: string
  votes: number
  answered: boolean
  answer?: string
}

export interface HeldState {
  what: string
  text: string
  by?: string
  name?: string
  at: string
}

export interface RaisedHand extends Person {
  at?: string
}

/** Absolute values; in a push only the members that changed. A null in a map takes its entry away. */
export interface RoomState {
  phase?: RoomPhase
  startedAt?: string
  endedAt?: string
  settings?: RoomSettings
  present?: number
  people?: Person[]
  typing?: (string | Person)[]
  pinned?: RoomEntry[]
  messages?: Record<string, { reactions?: Record<string, number> } | null>
  questions?: Record<string, QuestionState | null>
  polls?: Record<string, PollState | null>
  held?: Record<string, HeldState | null>
  hands?: RaisedHand[]
}

export interface JoinAnswer {
  room: RoomInfo
  me: Me
  mode: 'recent' | 'resumed' | 'reload'
  seq: number
  entries: RoomEntry[]
  state: RoomState
}

/** Whoever has seen `after` has, with this, seen `to`. */
export interface RoomPush {
  room: string
  after: number
  to: number
  entries: RoomEntry[]
  state?: RoomState
}

export interface RoomPage {
  entries: RoomEntry[]
  through: number
  more: boolean
}

export interface RoomClosed {
  room: string
  reason: string
  until?: string
  detail?: string
  /** Ids of what would open it, when it was closed for want of payment. */
  offers?: string[]
}

/** Somebody with a role or a restriction in the community. */
export interface Member {
  user: string
  name?: string
  role?: Role
  bannedUntil?: string | null
  banReason?: string | null
  mutedUntil?: string | null
  muteReason?: string | null
}

/** `held`: it waits for a moderator. */
export interface ActAnswer {
  seq?: number
  held?: boolean
}

export interface Mention {
  room: string
  seq: number
  by: Person
  text: string
  at: string
}

export type RoomAction =
  | { do: 'say'; id: string; text: string; replyTo?: number; mentions?: string[] }
  | { do: 'edit'; target: number; text: string }
  | { do: 'delete'; target: number; reason?: string }
  | { do: 'reactTo'; target: number; emoji: string; on: boolean }
  | { do: 'pin'; target: number; on: boolean }
  | { do: 'ask'; id: string; text: string; anonymous: boolean }
  | { do: 'upvote'; question: number; on: boolean }
  | { do: 'answer'; question: number; text?: string }
  | ({ do: 'openPoll'; id: string } & PollDraft)
  | { do: 'vote'; poll: number; choices?: number[]; value?: number; word?: string }
  | { do: 'closePoll'; poll: number }
  | { do: 'raiseHand'; on: boolean }
  | { do: 'callHand'; user?: string }
  | { do: 'start' }
  | { do: 'end' }
  | ({ do: 'settings' } & SettingsChange)
  | { do: 'review'; held: number; approve: boolean }
  | { do: 'mute'; user: string; for: string; reason?: string }
  | { do: 'ban'; user: string; for?: string; reason?: string; eraseHistory: boolean }
  | { do: 'grant'; user: string; role: Role }

export interface PollDraft {
  kind: PollKind
  question: string
  choices?: string[]
  right?: number
  minimum?: number
  maximum?: number
  showResults: boolean
  openFor?: string
}

export interface SettingsChange extends Omit<RoomSettings, 'slowModeSeconds'> {
  slowMode?: string
}

export const moderates = (role: Role | undefined): boolean => role === 'moderator' || role === 'owner'
