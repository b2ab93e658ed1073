import type { Http } from '../http'
import type { Page } from '../protocol'
import type { AuditRecord, FoundUser } from './protocol'

export class OperatorApi {
  constructor(private readonly http: Http) {}

  users = (query: string, reason: string): Promise<{ items: FoundUser[] }> =>
    this.http.get('/v1/operator/users', { query, reason })
  audit = (cursor?: string | number): Promise<Page<AuditRecord>> =>
    this.http.get('/v1/operator/audit', { limit: 50, cursor })
}
