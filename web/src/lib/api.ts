import type { Http } from './http'
import { ProblemError } from './problem'
import type { ActivityEvent, Community, Content, Creator, Page, RecommendationsBody, TrackAnswer } from './protocol'
import type { Member, RoomInfo, RoomPage } from './room/protocol'

type Cursor = string | number

/** What everybody reads and does: catalogue, rooms, recommendations, events. */
export class Api {
  constructor(private readonly http: Http) {}

  communities = (cursor?: Cursor): Promise<Page<Community>> => this.http.get('/v1/communities', { limit: 100, cursor })
  creators = (cursor?: Cursor): Promise<Page<Creator>> => this.http.get('/v1/creators', { limit: 100, cursor })
  creator = (id: string): Promise<Creator> => this.http.get(`/v1/creators/${encodeURIComponent(id)}`)
  contents = (query: { limit: number; community?: string; cursor?: Cursor }): Promise<Page<Content>> =>
    this.http.get('/v1/contents', query)
  content = (id: string): Promise<Content> => this.http.get(`/v1/contents/${encodeURIComponent(id)}`)
  similar = (id: string, limit: number): Promise<RecommendationsBody> =>
    this.http.get(`/v1/contents/${encodeURIComponent(id)}/similar`, { limit })
  rooms = (query: { limit: number; community?: string; creator?: string }): Promise<Page<RoomInfo>> =>
    this.http.get('/v1/rooms', query)
  room = (id: string): Promise<RoomInfo> => this.http.get(`/v1/rooms/${encodeURIComponent(id)}`)
  roomAudit = (id: string, before?: number): Promise<RoomPage> =>
    this.http.get(`/v1/rooms/${encodeURIComponent(id)}/audit`, { limit: 1000, before })
  members = (community: string): Promise<Page<Member>> =>
    this.http.get(`/v1/communities/${encodeURIComponent(community)}/members`)
  recommendations = (limit: number, after?: string): Promise<RecommendationsBody> =>
    this.http.get('/v1/recommendations', { limit, after })

  async track(events: ActivityEvent[]): Promise<TrackAnswer> {
    try {
      return await this.http.post<TrackAnswer>('/v1/events', events)
    } catch (error) {
      // 422 means that every event was rejected, each with its own error: an answer, not a failure.
      if (error instanceof ProblemError && error.problem.results) return { results: error.problem.results }
      throw error
    }
  }
}
