import {
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
  type HubConnection,
  type RetryContext,
} from '@microsoft/signalr'
import { problemOfHub } from './problem'
import type { ActivityEvent, RecommendationsBody, TrackAnswer } from './protocol'

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'offline'

export interface HubEvents {
  state(state: ConnectionState): void
  recommendations(body: RecommendationsBody): void
  expired(): void
}

const delaysMs = [250, 500, 1_000, 2_000, 4_000, 8_000]
const attemptsBeforeOffline = 3
const isUnauthenticated = (error: Error): boolean => /\b401\b|Unauthorized/.test(error.message)

/** The live connection: it comes back by itself for as long as it is not stopped, and then watches again. */
export class Hub {
  readonly #connection: HubConnection
  #stopped = false
  #starting = false

  constructor(
    accessToken: string,
    private readonly limit: number,
    private readonly events: HubEvents,
  ) {
    this.#connection = new HubConnectionBuilder()
      .withUrl('/hub', { accessTokenFactory: () => accessToken })
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: (context) => this.#delay(context) })
      .configureLogging(LogLevel.None)
      .build()
    this.#connection.on('recommendations', (body: RecommendationsBody) => events.recommendations(body))
    this.#connection.onreconnecting(() => events.state('reconnecting'))
    this.#connection.onreconnected(() => void this.start())
    this.#connection.onclose(() => void this.start())
  }

  /** Connects and watches. The client's own reconnection covers neither the first connection nor a failed watch. */
  async start(): Promise<void> {
    if (this.#starting) return
    this.#starting = true
    for (let attempt = 0; !this.#stopped && !(await this.#tryStart(attempt)); attempt++);
    this.#starting = false
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#connection.stop()
  }

  async track(events: ActivityEvent[]): Promise<TrackAnswer> {
    try {
      return await this.#connection.invoke<TrackAnswer>('Track', events)
    } catch (error) {
      throw problemOfHub(error)
    }
  }

  async #tryStart(attempt: number): Promise<boolean> {
    try {
      if (this.#connection.state === HubConnectionState.Disconnected) await this.#connection.start()
      await this.#watch()
      return true
    } catch (error) {
      const retryReason = error instanceof Error ? error : new Error(String(error))
      const delay = this.#delay({ previousRetryCount: attempt, elapsedMilliseconds: 0, retryReason })
      await new Promise((resolve) => setTimeout(resolve, delay ?? 0))
      return false
    }
  }

  async #watch(): Promise<void> {
    const body = await this.#connection.invoke<RecommendationsBody>('WatchTopRecommendations', this.limit)
    this.events.recommendations(body)
    this.events.state('connected')
  }

  #delay({ previousRetryCount, retryReason }: RetryContext): number | null {
    if (this.#stopped) return null
    if (isUnauthenticated(retryReason)) {
      this.#stopped = true
      this.events.expired()
      return null
    }
    this.events.state(previousRetryCount < attemptsBeforeOffline ? 'reconnecting' : 'offline')
    return delaysMs[Math.min(previousRetryCount, delaysMs.length - 1)] ?? 0
  }
}
