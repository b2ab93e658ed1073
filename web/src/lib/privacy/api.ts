import type { Code, Purpose } from '../account/protocol'
import { at, type Http } from '../http'
import type { Page } from '../protocol'
import type { Consent, DataAccess, ErasureJob, ExportJob } from './protocol'

export class PrivacyApi {
  constructor(private readonly http: Http) {}

  consent = (): Promise<Consent> => this.http.get('/v1/privacy/consent')
  decide = (purpose: Purpose, given: boolean): Promise<Consent> =>
    this.http.put('/v1/privacy/consent', { [purpose]: given })
  beginExport = (): Promise<ExportJob> => this.http.post('/v1/privacy/export')
  exportOf = (id: string): Promise<ExportJob> => this.http.get(at('/v1/privacy/export/{}', id))
  erase = (password: string, code?: Code): Promise<ErasureJob> =>
    this.http.post('/v1/privacy/erasure', { password, ...(code ? { code: Object.values(code)[0] } : {}) })
  access = (cursor?: string | number): Promise<Page<DataAccess>> =>
    this.http.get('/v1/privacy/access', { limit: 20, cursor })
}
