import type { Hub } from '../lib/hub'
import type { Mention } from '../lib/room/protocol'

const mentionsMax = 100

/** Who mentioned this person, newest first; what is here is not read yet. */
export class Inbox {
  mentions = $state.raw<Mention[]>([])
  readonly #stops: (() => void)[]

  constructor(private readonly hub: Pick<Hub, 'call' | 'on' | 'onConnected'>) {
    this.#stops = [
      hub.on<Mention>('mention', (mention) => this.#add([mention])),
      hub.onConnected(() => void this.#watch()),
    ]
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  async clear(): Promise<void> {
    this.mentions = []
    await this.#attempt(() => this.hub.call('ReadInbox'))
  }

  async #watch(): Promise<void> {
    await this.#attempt(async () => this.#add((await this.hub.call<{ mentions: Mention[] }>('WatchInbox')).mentions))
  }

  /** The bell is worth no error on the page: the next connection asks again. */
  async #attempt(call: () => Promise<unknown>): Promise<void> {
    try {
      await call()
    } catch (error) {
      console.warn('The inbox did not answer.', error)
    }
  }

  #add(mentions: Mention[]): void {
    const known = new Set(this.mentions.map(({ room, seq }) => `${room} ${seq}`))
    const added = mentions.filter(({ room, seq }) => !known.has(`${room} ${seq}`))
    this.mentions = [...added, ...this.mentions]
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .slice(0, mentionsMax)
  }
}
