import { enterAsGuest, obtainToken, refreshToken, register, revokeToken } from '../lib/account/api'
import type { Credentials, Registration, Token } from '../lib/account/protocol'
import { alone } from '../lib/alone'
import type { TokenSource } from '../lib/http'
import { ProblemError } from '../lib/problem'
import { rolesOf } from '../lib/token'

export interface Session {
  accessToken: string
  user: string
  displayName: string
  /** In ms of the day's clock. */
  expiresAt: number
  roles: string[]
  /** An operator without an authenticator: she is one once she has it. */
  needsAuthenticator?: boolean
}

export type Ending = 'expired' | 'revoked'

const storageKey = 'engage.session'
/** Says to other tabs, and to this browser's next visit, that there is a session to go on with. */
const markKey = 'engage.signedIn'
// Renewed when a tenth of its life is left, so that a request never meets the end.
const shareOfLife = 0.9
const retryMs = 5_000
// A clock that is a little off, or a slow request, must not make a good token late.
const marginMs = 5_000

function stored(): Session | undefined {
  const text = sessionStorage.getItem(storageKey)
  if (!text) return undefined
  const kept = JSON.parse(text) as Session
  return { ...kept, roles: kept.roles ?? rolesOf(kept.accessToken) }
}

/**
 * Who is signed in. The access token lives for minutes and is renewed without a word, by a cookie that no script can
 * read. A session that has ended, or was ended elsewhere, leads back to the entry, with a word about why.
 */
export class SessionStore implements TokenSource {
  current = $state.raw<Session | undefined>(stored())
  ending = $state<Ending>()
  /** The browser may have a session to go on with; nobody should be asked for a password before that is known. */
  isResuming = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<(token: string) => void>()
  #refreshing: Promise<Session | undefined> | undefined
  /** The last session is being taken back, and its cookie with it. */
  #leaving: Promise<unknown> = Promise.resolve()

  constructor() {
    if (this.current) this.#refreshInTime()
    else if (localStorage.getItem(markKey)) void this.#resume()
    addEventListener('storage', (event) => {
      if (event.key === markKey && event.newValue === null) this.end()
    })
  }

  get isGuest(): boolean {
    return this.current?.roles.includes('guest') ?? false
  }
  get isOperator(): boolean {
    return this.current?.roles.includes('operator') ?? false
  }

  async signIn(credentials: Credentials): Promise<void> {
    // Taken back late, the old session's cookie would take the new one's with it.
    await this.#leaving
    this.begin(await obtainToken(credentials))
  }

  async signUp(registration: Registration): Promise<void> {
    await register(registration)
    await this.signIn({ userName: registration.userName, password: registration.password })
  }

  async lookAround(): Promise<void> {
    await this.#leaving
    this.begin(await enterAsGuest())
  }

  begin(token: Token): Session {
    const { accessToken, expiresIn, user } = token
    const isSame = this.current?.user === user
    const displayName = token.displayName ?? (isSame ? this.current!.displayName : '')
    const expiresAt = Date.now() + expiresIn * 1000
    const needsAuthenticator = token.totpRequired === true
    this.current = { accessToken, user, displayName, expiresAt, roles: rolesOf(accessToken), needsAuthenticator }
    this.ending = undefined
    sessionStorage.setItem(storageKey, JSON.stringify(this.current))
    localStorage.setItem(markKey, user)
    this.#refreshInTime(expiresIn * 1000 * shareOfLife)
    if (isSame) for (const tell of [...this.#listeners]) tell(accessToken)
    return this.current
  }

  /** A token that proves more than the one before takes its place. */
  stepUp({ accessToken, expiresIn }: Pick<Token, 'accessToken' | 'expiresIn'>): void {
    if (this.current) this.begin({ accessToken, expiresIn, user: this.current.user })
  }

  /** The others see the new name at once; the token still has the old one. */
  rename(displayName: string): void {
    if (!this.current) return
    this.current = { ...this.current, displayName }
    sessionStorage.setItem(storageKey, JSON.stringify(this.current))
  }

  /** Leaves at once; the server hears of it when it can. */
  signOut(): void {
    this.end()
    // Without an answer the session ends by itself; nothing on this page has its token any longer.
    this.#leaving = revokeToken().catch(() => undefined)
  }

  end = (ending?: Ending): void => {
    clearTimeout(this.#timer)
    sessionStorage.removeItem(storageKey)
    localStorage.removeItem(markKey)
    if (this.current) this.ending = ending
    this.current = undefined
  }

  async token(): Promise<string> {
    const { current } = this
    if (current && Date.now() < current.expiresAt - marginMs) return current.accessToken
    return (await this.#refresh())?.accessToken ?? over()
  }

  async renewed(refused: string): Promise<string | undefined> {
    const { current } = this
    if (current && current.accessToken !== refused) return current.accessToken
    return (await this.#refresh())?.accessToken
  }

  onRenewed(tell: (token: string) => void): () => void {
    this.#listeners.add(tell)
    return () => this.#listeners.delete(tell)
  }

  #refresh(): Promise<Session | undefined> {
    return (this.#refreshing ??= this.#renew().finally(() => (this.#refreshing = undefined)))
  }

  async #renew(): Promise<Session | undefined> {
    const before = this.current
    try {
      // Two tabs that renew at the same moment would look like a stolen cookie.
      const token = await alone('engage.refresh', refreshToken)
      // Who signed out meanwhile stays out.
      return before && !this.current ? undefined : this.begin(token)
    } catch (error) {
      if (!(error instanceof ProblemError) || (!error.isFinal && error.problem.status !== 401)) throw error
      this.end('expired')
      return undefined
    }
  }

  async #resume(): Promise<void> {
    this.isResuming = true
    try {
      await this.#refresh()
    } catch {
      // The entry is shown; the cookie is still there for the next visit.
    } finally {
      this.isResuming = false
    }
  }

  #refreshInTime(afterMs = (this.current!.expiresAt - Date.now()) * shareOfLife): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#refresh().catch(() => this.#refreshInTime(retryMs))
      },
      Math.max(0, Math.min(afterMs, 2 ** 31 - 1)),
    )
  }
}

function over(): never {
  throw new ProblemError({ name: 'unauthenticated', status: 401, title: '', detail: '', errors: {} })
}

export const session = new SessionStore()
