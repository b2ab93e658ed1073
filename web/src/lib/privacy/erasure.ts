import { at, request } from '../http'
import type { ErasureJob } from './protocol'

/** How far it is. Needs nobody to be signed in: that has ended, and the id is known to nobody else. */
export const erasureOf = (id: string): Promise<ErasureJob> => request(at('/v1/privacy/erasure/{}', id))
