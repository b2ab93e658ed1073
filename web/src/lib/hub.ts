import {
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
  type HubConnection,
  type RetryContext,
} from '@microsoft/signalr'
import type { TokenSource } from './http'
import { problemOfHub } from './problem'
import type { ActivityEvent, RecommendationsBody, TrackAnswer } from './protocol'

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'offline'

export interface HubEvents {
  state(state: ConnectionState): void
  recommendations(body: RecommendationsBody): void
  /** The session was ended elsewhere. */
  revoked(): void
}

const delaysMs = [250, 500, 1_000, 2_000, 4_000, 8_000]
const attemptsBeforeOffline = 3
const isUnauthenticated = (error: Error): boolean => /\b401\b|Unauthorized/.test(error.message)

/** The live connection: it comes back by itself for as long as it is not stopped, and then watches again. */
export class Hub {
  readonly #connection: HubConnection
  readonly #connected = new Set<() => void>()
  #stopped = false
  #starting = false
  #isWatching = false
  #token = ''
  #isRefused = false
  readonly #stopRenewing: () => void

  constructor(
    private readonly tokens: TokenSource,
    /** How many recommendations to watch; 0 for guests, who get none. */
    private readonly limit: number,
    private readonly events: HubEvents,
  ) {
    this.#connection = new HubConnectionBuilder()
      .withUrl('/hub', { accessTokenFactory: () => this.#freshToken() })
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: (context) => this.#delay(context) })
      .configureLogging(LogLevel.None)
      .build()
    this.#connection.on('recommendations', (body: RecommendationsBody) => events.recommendations(body))
    this.#connection.on('sessionRevoked', () => this.#revoked())
    this.#stopRenewing = tokens.onRenewed((token) => void this.#renew(token))
    this.#connection.onreconnecting(() => this.#lost())
    this.#connection.onreconnected(() => void this.start())
    this.#connection.onclose(() => {
      this.#isWatching = false
      void this.start()
    })
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
    this.#stopRenewing()
    await this.#connection.stop()
  }

  track = (events: ActivityEvent[]): Promise<TrackAnswer> => this.call('Track', events)

  /** Calls a method of the hub. A refusal is thrown as the problem it is; anything else leaves the outcome open. */
  async call<T>(method: string, ...args: unknown[]): Promise<T> {
    try {
      return await this.#connection.invoke<T>(method, ...args)
    } catch (error) {
      throw problemOfHub(error)
    }
  }

  /** Listens to a push until the returned function is called. */
  on<T>(push: string, handle: (body: T) => void): () => void {
    this.#connection.on(push, handle)
    return () => this.#connection.off(push, handle)
  }

  /** Called after every connection, the first one too, and at once if there is one: a new one watches nothing yet. */
  onConnected(handle: () => void): () => void {
    this.#connected.add(handle)
    if (this.#isWatching && this.#connection.state === HubConnectionState.Connected) handle()
    return () => this.#connected.delete(handle)
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
    if (this.limit > 0) {
      this.events.recommendations(await this.#connection.invoke('WatchTopRecommendations', this.limit))
    }
    this.#isWatching = true
    this.events.state('connected')
    for (const handle of [...this.#connected]) handle()
  }

  /** Each connection asks for a token of its own: by the time it breaks the last one may be over. */
  async #freshToken(): Promise<string> {
    const token = this.#isRefused ? await this.tokens.renewed(this.#token) : await this.tokens.token()
    // The session is over, and whoever ended it has said so.
    if (token === undefined) this.#stopped = true
    this.#isRefused = false
    return (this.#token = token ?? '')
  }

  /** The connection would end with the token it was opened with. */
  async #renew(token: string): Promise<void> {
    if (this.#connection.state !== HubConnectionState.Connected) return
    try {
      await this.#connection.invoke('Renew', token)
    } catch {
      // It ends with the old token then, and the next one is opened with the new.
    }
  }

  #revoked(): void {
    // Whoever has left already may have come back as somebody else.
    if (this.#stopped) return
    this.#stopped = true
    this.events.revoked()
  }

  #lost(): void {
    this.#isWatching = false
    this.events.state('reconnecting')
  }

  #delay({ previousRetryCount, retryReason }: RetryContext): number | null {
    if (this.#stopped) return null
    if (isUnauthenticated(retryReason)) this.#isRefused = true
    this.events.state(previousRetryCount < attemptsBeforeOffline ? 'reconnecting' : 'offline')
    return delaysMs[Math.min(previousRetryCount, delaysMs.length - 1)] ?? 0
  }
}
