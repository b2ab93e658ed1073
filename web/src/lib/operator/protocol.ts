// What operators look up, as docs/protocol.md states it.

export interface FoundUser {
  user: string
  userName?: string
  displayName?: string
  mail?: string
  language?: string
  roles?: string[]
  totp?: boolean
  createdAt?: string
}

/** One look at personal data. */
export interface AuditRecord {
  at: string
  by: string
  what: string
  user?: string
  reason?: string
}
