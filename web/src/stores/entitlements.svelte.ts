import type { Hub } from '../lib/hub'

/** What has just been opened or closed to this person, as scopes such as `content:c-1`. */
export interface EntitlementsPush {
  opened: string[]
  closed: string[]
}

type Listener = (change: EntitlementsPush) => void

/** Tells doors that wait, and pages that are open, when what she may enter has changed. */
export class Entitlements {
  readonly #listeners = new Set<Listener>()
  readonly #stops: (() => void)[]
  #connections = 0

  constructor(private readonly hub: Pick<Hub, 'call' | 'on' | 'onConnected'>) {
    this.#stops = [
      hub.on<Partial<EntitlementsPush>>('entitlements', ({ opened = [], closed = [] }) =>
        this.#tell({ opened, closed }),
      ),
      hub.onConnected(() => void this.#watch()),
    ]
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.#listeners.clear()
  }

  /** Listens until the returned function is called. Which grant covers which thing is the server's to know. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #watch(): Promise<void> {
    try {
      await this.hub.call('WatchEntitlements')
      // What was pushed while there was no connection is lost: whoever waits at a door asks again.
      if (this.#connections++ > 0) this.#tell({ opened: [], closed: [] })
    } catch (error) {
      console.warn('Doors do not open by themselves now; a reload opens them.', error)
    }
  }

  #tell(change: EntitlementsPush): void {
    for (const listener of [...this.#listeners]) listener(change)
  }
}
