import { merged } from '../lib/dashboard/curves'
import type { BoardRoom, Dashboard, RoomSeries, ShownSeries } from '../lib/dashboard/protocol'
import type { Hub } from '../lib/hub'
import { ProblemError } from '../lib/problem'

export const roomSeries: RoomSeries[] = ['present', 'messages', 'reactions', 'questions', 'votes', 'joined', 'left']
export const shownSeries: ShownSeries[] = ['shown', 'clicked', 'converted']
const levels: RoomSeries[] = ['present']

/** A creator's figures as they move, for as long as the page is open. */
export class Board {
  now = $state.raw<Dashboard>()
  failure = $state.raw<unknown>()
  /** She may not see it any longer. */
  isClosed = $state(false)
  readonly #stops: (() => void)[]

  constructor(
    private readonly hub: Pick<Hub, 'call' | 'on' | 'onConnected'>,
    private readonly creator: string,
  ) {
    this.#stops = [
      hub.on<Dashboard>('dashboard', (body) => body.creator === creator && this.#show(body)),
      hub.on<{ creator: string }>('dashboardClosed', (body) => body.creator === creator && (this.isClosed = true)),
      hub.onConnected(() => void this.watch()),
    ]
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.hub.call('StopDashboard', this.creator).catch(() => undefined)
  }

  async watch(): Promise<void> {
    try {
      this.#show(await this.hub.call<Dashboard>('WatchDashboard', this.creator))
      this.failure = undefined
      this.isClosed = false
    } catch (error) {
      // Without an answer the connection is gone, and the next one watches again.
      if (error instanceof ProblemError) this.failure = error
    }
  }

  /** A push has the newest seconds of each curve only. */
  #show(next: Dashboard): void {
    const before = this.now
    const fans = next.fans ?? before?.fans
    this.now = {
      ...next,
      curve: merged(before?.curve, next.curve, shownSeries),
      rooms: next.rooms.map((room) => this.#room(room)),
      ...(fans ? { fans } : {}),
    }
  }

  #room(room: BoardRoom): BoardRoom {
    const kept = this.now?.rooms.find((one) => one.room === room.room)
    return { ...room, curve: merged(kept?.curve, room.curve, roomSeries, levels) }
  }
}
