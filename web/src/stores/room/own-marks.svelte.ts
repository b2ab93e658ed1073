import { SvelteSet, SvelteMap } from 'svelte/reactivity'

export interface OwnVote {
  choices?: number[]
  value?: number
  word?: string
}

interface Kept {
  upvoted: number[]
  asked: number[]
  reacted: string[]
  votes: [number, OwnVote][]
}

/**
 * What this person did in this room that the room itself keeps to itself: whom she voted for. Kept in the tab, so that
 * a reload shows her own marks again; the server decides what counts.
 */
export class OwnMarks {
  readonly upvoted: SvelteSet<number>
  readonly asked: SvelteSet<number>
  /** `seq emoji` of messages. */
  readonly reacted: SvelteSet<string>
  readonly votes: SvelteMap<number, OwnVote>
  readonly #key: string

  constructor(user: string, room: string) {
    this.#key = `engage.marks.${user}.${room}`
    const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? '{}') as Partial<Kept>
    this.upvoted = new SvelteSet(kept.upvoted)
    this.asked = new SvelteSet(kept.asked)
    this.reacted = new SvelteSet(kept.reacted)
    this.votes = new SvelteMap(kept.votes)
  }

  save(): void {
    const kept: Kept = {
      upvoted: [...this.upvoted],
      asked: [...this.asked],
      reacted: [...this.reacted],
      votes: [...this.votes],
    }
    sessionStorage.setItem(this.#key, JSON.stringify(kept))
  }
}
