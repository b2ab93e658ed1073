import type { Api } from '../lib/api'
import type { RoomInfo } from '../lib/room/protocol'

const shown = 16
const refreshMs = 30_000
const order = { live: 0, scheduled: 1, ended: 2 }

/** Rooms that are open, are to come or can be replayed; of one community or all. */
export class Rooms {
  items = $state.raw<RoomInfo[]>([])
  #community: string | undefined
  #timer: ReturnType<typeof setInterval>

  constructor(private readonly api: Api) {
    this.#timer = setInterval(() => document.visibilityState === 'visible' && void this.#read(), refreshMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  show(community: string | undefined): void {
    this.#community = community
    this.items = []
    void this.#read()
  }

  async #read(): Promise<void> {
    const community = this.#community
    try {
      const page = await this.api.rooms({ limit: shown, ...(community ? { community } : {}) })
      if (community !== this.#community) return
      // One that did not say how it stands is left out until the next round.
      const items = page.items.filter(({ phase }) => phase)
      this.items = items.toSorted((a, b) => order[a.phase] - order[b.phase] || when(a) - when(b))
    } catch {
      // The catalogue stands without its rooms; the next round asks again.
    }
  }
}

/** What is to come: the next one first. What is on or over: the newest first. */
function when({ phase, scheduledAt, startedAt }: RoomInfo): number {
  const at = Date.parse((phase === 'scheduled' ? scheduledAt : startedAt) ?? '') || 0
  return phase === 'scheduled' ? at : -at
}
