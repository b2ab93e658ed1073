import type { Money } from './money'

// The wire vocabulary, as docs/protocol.md states it. Positions are "partition:offset"; times are ISO 8601, UTC.

export type Access = 'free' | 'granted' | 'locked'

export interface Text {
  zh?: string
  en?: string
}

export type EventKind =
  | 'viewed'
  | 'progressed'
  | 'completed'
  | 'liked'
  | 'shared'
  | 'enrolled'
  | 'purchased'
  | 'rated'
  | 'followed'
  | 'joined'
  | 'left'
  | 'searched'
  | 'impression'
  | 'clicked'
  | 'dismissed'

export interface Target {
  content?: string
  creator?: string
  community?: string
}

export interface ActivityEvent extends Target {
  eventId: string
  kind: EventKind
  value?: number
  occurredAt: string
  session: string
  attributes?: Record<string, string>
}

export interface EventResult {
  eventId: string
  status: 'accepted' | 'duplicate' | 'rejected'
  position?: string
  error?: string
}

export interface TrackAnswer {
  position?: string
  results: EventResult[]
}

export interface Reason {
  kind: string
  related?: string
  relatedTitle?: Text
  /** Why it stands higher than its score alone would put it. */
  lift?: string
}

export interface RecommendedItem {
  content: string
  title: Text
  creator: string
  community: string
  contentKind: string
  reason?: Reason
  /** How likely its slot was to show it; said again with the impression. */
  propensity?: number
  explored?: boolean
}

export interface RecommendationsBody {
  /** The event asked for was not yet applied when this was answered. */
  stale?: boolean
  position?: string
  items: RecommendedItem[]
}

export interface Community {
  id: string
  name: Text
}

export interface Creator {
  id: string
  name: Text
}

export interface Content {
  id: string
  contentKind: string
  creator: string
  community: string
  title: Text
  description?: Text
  tags?: string[]
  price?: Money
  /** Whether the reader may open it. */
  access?: Access
  counters?: Record<string, number>
}

export interface Page<T> {
  items: T[]
  /** Where the next page begins; null or absent on the last one. */
  cursor?: string | number | null
}
