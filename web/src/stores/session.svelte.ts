import { obtainToken, register } from '../lib/api'
import type { Credentials, Registration } from '../lib/protocol'

export interface Session {
  accessToken: string
  user: string
  displayName: string
  expiresAt: number
}

const storageKey = 'engage.session'
// Browsers run a longer timer at once.
const timerMsMax = 2 ** 31 - 1

function stored(): Session | undefined {
  const text = sessionStorage.getItem(storageKey)
  return text ? (JSON.parse(text) as Session) : undefined
}

/** Who is signed in, in this tab only. A token that has ended leads back to the entry, with a word about why. */
class SessionStore {
  current = $state.raw<Session | undefined>(stored())
  hasExpired = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.#expireInTime()
  }

  async signIn(credentials: Credentials): Promise<void> {
    const { accessToken, expiresIn, user, displayName } = await obtainToken(credentials)
    this.current = { accessToken, user, displayName, expiresAt: Date.now() + expiresIn * 1000 }
    this.hasExpired = false
    sessionStorage.setItem(storageKey, JSON.stringify(this.current))
    this.#expireInTime()
  }

  async signUp(registration: Registration): Promise<void> {
    await register(registration)
    await this.signIn({ userName: registration.userName, password: registration.password })
  }

  signOut(): void {
    clearTimeout(this.#timer)
    this.current = undefined
    sessionStorage.removeItem(storageKey)
  }

  expire = (): void => {
    if (!this.current) return
    this.signOut()
    this.hasExpired = true
  }

  #expireInTime(): void {
    clearTimeout(this.#timer)
    if (!this.current) return
    const leftMs = Math.max(0, this.current.expiresAt - Date.now())
    if (leftMs <= timerMsMax) this.#timer = setTimeout(this.expire, leftMs)
  }
}

export const session = new SessionStore()
