import { createContext } from 'svelte'
import { Api } from '../lib/api'
import { EventQueue } from '../lib/event-queue'
import { Http, type TokenSource } from '../lib/http'
import { Hub, type ConnectionState } from '../lib/hub'
import type {
  ActivityEvent,
  EventKind,
  RecommendationsBody,
  RecommendedItem,
  Target,
  TrackAnswer,
} from '../lib/protocol'
import { shownIn } from '../lib/shown'
import { newUuid } from '../lib/uuid'
import { Activity } from './activity.svelte'
import { Catalogue } from './catalogue.svelte'
import { Inbox } from './inbox.svelte'
import { Entitlements } from './entitlements.svelte'
import { t } from './language.svelte'
import { OwnCreators } from './own-creators.svelte'
import { queueStoreOf } from './queue-store'
import { Recommendations } from './recommendations.svelte'
import { route } from './route.svelte'
import type { Session } from './session.svelte'

const recommendationsShown = 8

export type Source = 'catalogue' | 'recommendations' | 'similar' | 'link'
/** Nobody mentions a guest, and she buys nothing: there is nothing of her own to listen to. */
const silent: Pick<Hub, 'call' | 'on' | 'onConnected'> = {
  call: () => Promise.reject(new Error('Guests have nothing of their own.')),
  on: () => () => undefined,
  onConnected: () => () => undefined,
}

type Details = Pick<ActivityEvent, 'value' | 'attributes'>

/** Everything of one signed-in person: her connection, what she does, and what she gets for it. */
export class Participant {
  readonly http: Http
  readonly api: Api
  readonly catalogue: Catalogue
  readonly activity = new Activity()
  readonly recommendations = new Recommendations()
  readonly inbox: Inbox
  readonly entitlements: Entitlements
  readonly ownCreators: OwnCreators
  readonly user: string
  /** She may look, and does nothing that counts. */
  readonly isGuest: boolean
  connection = $state<ConnectionState>('connecting')
  readonly hub: Hub
  readonly #queue: EventQueue
  readonly #session = newUuid()
  readonly #seen = new Set<string>()
  #source: Source = 'link'

  constructor({ user, roles }: Session, tokens: TokenSource, onRevoked: () => void) {
    this.isGuest = roles.includes('guest')
    this.http = new Http(tokens)
    this.api = new Api(this.http)
    this.catalogue = new Catalogue(this.api)
    this.#queue = new EventQueue(
      (batch) => this.#send(batch),
      (result) => this.activity.settle(result),
      queueStoreOf(user),
    )
    for (const event of this.#queue.waiting) this.activity.begin(event)
    this.hub = new Hub(tokens, this.isGuest ? 0 : recommendationsShown, {
      state: (state) => this.#connected(state),
      recommendations: (body) => this.#recommended(body),
      revoked: onRevoked,
    })
    this.user = user
    this.ownCreators = new OwnCreators(user)
    const ownHub = this.isGuest ? silent : this.hub
    this.inbox = new Inbox(ownHub)
    this.entitlements = new Entitlements(ownHub)
    void this.hub.start()
  }

  stop(): void {
    this.#queue.stop()
    this.recommendations.stop()
    this.inbox.stop()
    this.entitlements.stop()
    void this.hub.stop()
  }

  act(kind: EventKind, target: Target, details: Details = {}): void {
    if (this.isGuest) return
    const occurredAt = new Date().toISOString()
    const event = { eventId: newUuid(), kind, ...target, ...details, occurredAt, session: this.#session }
    this.activity.begin(event)
    if (!this.#queue.add(event)) {
      this.activity.settle({ eventId: event.eventId, status: 'rejected', error: t('activity.full') })
    }
  }

  open(content: string, source: Source): void {
    this.#source = source
    if (source === 'recommendations') this.act('clicked', { content }, { attributes: { source } })
    route.open(content)
  }

  opened(content: string): void {
    this.act('viewed', { content }, { attributes: { source: this.#source } })
    this.#source = 'link'
  }

  dismiss(content: string): void {
    this.recommendations.dismiss(content)
    this.act('dismissed', { content })
  }

  impression(item: RecommendedItem): void {
    const { content } = item
    if (this.#seen.has(content)) return
    this.#seen.add(content)
    const slot = this.recommendations.items.findIndex((shown) => shown.content === content)
    this.act('impression', { content }, { attributes: { source: 'recommendations', ...shownIn(slot, item) } })
  }

  async #send(batch: ActivityEvent[]): Promise<TrackAnswer> {
    if (this.connection === 'connected') return this.hub.track(batch)
    const answer = await this.api.track(batch)
    // Without the live connection nothing is pushed: ask once for what these events have changed.
    if (answer.position) void this.#read(answer.position)
    return answer
  }

  async #read(position?: string): Promise<void> {
    try {
      const body = await this.api.recommendations(recommendationsShown, position)
      this.#recommended({ ...body, ...(position && !body.stale ? { position } : {}) })
    } catch {
      // The list stays as it is until the connection is back, which the header shows.
    }
  }

  #recommended(body: RecommendationsBody): void {
    this.recommendations.receive(body)
    this.catalogue.remember(body.items.map(({ content, title }) => ({ id: content, title })))
    if (body.position) this.activity.recommended(body.position)
  }

  #connected(state: ConnectionState): void {
    this.connection = state
    if (state === 'connected') void this.#queue.flush()
    if (state === 'offline' && !this.recommendations.loaded && !this.isGuest) void this.#read()
  }
}

export const [getParticipant, setParticipant] = createContext<Participant>()
