// What operators look up, as docs/protocol.md states it.

export interface FoundUser {
  user: string
  userName: string
  displayName: string
  mail?: string
  roles: string[]
  totp: boolean
  createdAt: string
}

/** One look at personal data, or one change of what somebody may do. */
export interface AuditRecord {
  id: string
  at: string
  by: string
  what: string
  user?: string
  /** What led to it: `id`, `name` or `mail`. */
  how?: string
  /** Why she looked, in her own words. */
  reason?: string
}
