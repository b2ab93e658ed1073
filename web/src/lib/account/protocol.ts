// Accounts on the wire, as docs/protocol.md, "Identity", states them.

export interface Token {
  accessToken: string
  /** Seconds. */
  expiresIn: number
  user: string
  /** Absent for guests. */
  displayName?: string
  /** Her account is an operator's, and she has to set up an authenticator before she is one. */
  totpRequired?: boolean
}

/** A code of the authenticator, or one of those that were written down. */
export type Code = { totp: string } | { recoveryCode: string }

export interface Credentials extends Partial<Record<'totp' | 'recoveryCode', string>> {
  /** Or the mail address. */
  userName: string
  password: string
  /** What names the session in her list. */
  device?: string
}

export type Purpose = 'personalization' | 'analytics' | 'marketing'

export interface Registration {
  userName: string
  password: string
  displayName: string
  mail?: string
  language?: string
  consent?: Partial<Record<Purpose, boolean>>
}

export interface Account {
  user: string
  userName: string
  displayName: string
  language: string
  roles: string[]
  mail?: string
  /** Given, and not verified yet. */
  pendingMail?: string
  totp: boolean
  createdAt: string
  /** Creators that she owns. */
  creators?: string[]
  /** Communities that she owns. */
  communities?: string[]
}

export interface DeviceSession {
  session: string
  device?: string
  createdAt: string
  usedAt: string
  endsAt: string
  current: boolean
}

export interface TotpSecret {
  secret: string
  uri: string
}

/** What was typed into the one field for codes: six digits are the authenticator's, anything else was written down. */
export function codeOf(typed: string): Code {
  const text = typed.normalize('NFKC').replace(/\s/g, '')
  return /^\d{6}$/.test(text) ? { totp: text } : { recoveryCode: text }
}
