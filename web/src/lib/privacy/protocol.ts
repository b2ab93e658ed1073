// What a person decides about herself, as docs/protocol.md, "Privacy", states it.
import type { Purpose } from '../account/protocol'

export interface Consent extends Record<Purpose, boolean> {
  /** Absent while nothing was decided. */
  decidedAt?: string
  history: { at: string; purpose: Purpose; given: boolean; source: string }[]
}

export interface ExportJob {
  id: string
  state: 'running' | 'ready' | 'failed'
  requestedAt: string
  readyAt?: string
  data?: Record<string, unknown>
}

export interface ErasureJob {
  id: string
  state: 'running' | 'done'
  requestedAt: string
  doneAt?: string
}

/** Who of the operators looked at her data. */
export interface DataAccess {
  at: string
  by: string
  what: string
  reason?: string
}
