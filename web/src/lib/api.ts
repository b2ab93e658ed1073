import { problemOf, ProblemError } from './problem'
import type {
  ActivityEvent,
  Community,
  Content,
  Creator,
  Credentials,
  Page,
  RecommendationsBody,
  Registration,
  Token,
  TrackAnswer,
} from './protocol'
import type { Member, RoomDefinition, RoomInfo, RoomPage } from './room/protocol'

type Cursor = string | number

const json = { 'content-type': 'application/json' }

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init)
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as T
}

export const register = (registration: Registration): Promise<unknown> =>
  request('/v1/users', { method: 'POST', headers: json, body: JSON.stringify(registration) })

export const obtainToken = (credentials: Credentials): Promise<Token> =>
  request('/v1/tokens', { method: 'POST', headers: json, body: JSON.stringify(credentials) })

/** The HTTP calls of someone who has signed in. A 401 is also told to `onExpired`, whoever made the call. */
export class Api {
  constructor(
    private readonly accessToken: string,
    private readonly onExpired: () => void,
  ) {}

  communities = (cursor?: Cursor): Promise<Page<Community>> => this.#get('/v1/communities', { limit: 100, cursor })
  creators = (cursor?: Cursor): Promise<Page<Creator>> => this.#get('/v1/creators', { limit: 100, cursor })
  creator = (id: string): Promise<Creator> => this.#get(`/v1/creators/${encodeURIComponent(id)}`)
  contents = (query: { limit: number; community?: string; cursor?: Cursor }): Promise<Page<Content>> =>
    this.#get('/v1/contents', query)
  content = (id: string): Promise<Content> => this.#get(`/v1/contents/${encodeURIComponent(id)}`)
  similar = (id: string, limit: number): Promise<RecommendationsBody> =>
    this.#get(`/v1/contents/${encodeURIComponent(id)}/similar`, { limit })
  rooms = (query: { limit: number; community?: string; creator?: string }): Promise<Page<RoomDefinition>> =>
    this.#get('/v1/rooms', query)
  room = (id: string): Promise<RoomInfo> => this.#get(`/v1/rooms/${encodeURIComponent(id)}`)
  roomAudit = (id: string, before?: number): Promise<RoomPage> =>
    this.#get(`/v1/rooms/${encodeURIComponent(id)}/audit`, { limit: 1000, before })
  members = (community: string): Promise<Page<Member>> =>
    this.#get(`/v1/communities/${encodeURIComponent(community)}/members`)
  recommendations = (limit: number, after?: string): Promise<RecommendationsBody> =>
    this.#get('/v1/recommendations', { limit, after })

  async track(events: ActivityEvent[]): Promise<TrackAnswer> {
    try {
      return await this.#send<TrackAnswer>('/v1/events', {
        method: 'POST',
        headers: json,
        body: JSON.stringify(events),
      })
    } catch (error) {
      // 422 means that every event was rejected, each with its own error: an answer, not a failure.
      if (error instanceof ProblemError && error.problem.results) return { results: error.problem.results }
      throw error
    }
  }

  #get<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
    return this.#send<T>(search ? `${path}?${search}` : path)
  }

  async #send<T>(path: string, init: RequestInit = {}): Promise<T> {
    try {
      return await request<T>(path, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${this.accessToken}` },
      })
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) this.onExpired()
      throw error
    }
  }
}
