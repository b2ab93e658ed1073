import { deviceName } from '../device'
import { at, request, withBody, type Http } from '../http'
import type { Account, Code, Credentials, DeviceSession, Registration, Token, TotpSecret } from './protocol'

// Before anybody is signed in. The refresh token comes, and is sent, as a cookie that no script can read.

const refreshMsMax = 15_000

const post = <T>(path: string, body: unknown): Promise<T> => request(path, withBody('POST', body))

export const register = (registration: Registration): Promise<unknown> => post('/v1/users', registration)
export const obtainToken = (credentials: Credentials): Promise<Token> =>
  post('/v1/tokens', { ...credentials, device: deviceName(navigator.userAgent), cookie: true })
/** Gives up after a while: other tabs wait for it. */
export const refreshToken = (): Promise<Token> =>
  request('/v1/tokens', { ...withBody('POST', { cookie: true }), signal: AbortSignal.timeout(refreshMsMax) })
export const revokeToken = (): Promise<unknown> => post('/v1/tokens/revoke', {})
export const enterAsGuest = (): Promise<Token> => post('/v1/guests', { cookie: true })
export const askReset = (mail: string, language: string): Promise<unknown> =>
  post('/v1/password-resets', { mail, language })
export const redeemReset = (token: string, password: string): Promise<unknown> =>
  post('/v1/password-resets/redeem', { token, password })
export const verifyMailLink = (token: string): Promise<unknown> => post('/v1/mail-verifications', { token })

/** One's own account: sessions, password, mail address and authenticator. */
export class AccountApi {
  constructor(private readonly http: Http) {}

  me = (): Promise<Account> => this.http.get('/v1/users/me')
  change = (change: { displayName?: string; language?: string }): Promise<Account> =>
    this.http.patch('/v1/users/me', change)
  changePassword = (current: string, password: string): Promise<unknown> =>
    this.http.put('/v1/users/me/password', { current, password })
  changeMail = (mail: string, password: string): Promise<unknown> =>
    this.http.put('/v1/users/me/mail', { mail, password })
  verifyMail = (code: string): Promise<unknown> => this.http.post('/v1/users/me/mail/verify', { code })

  sessions = (): Promise<{ items: DeviceSession[] }> => this.http.get('/v1/sessions')
  revoke = (session: string): Promise<unknown> => this.http.delete(at('/v1/sessions/{}', session))
  revokeOthers = (): Promise<unknown> => this.http.delete('/v1/sessions?keep=current')
  revokeAll = (): Promise<unknown> => this.http.delete('/v1/sessions')

  beginTotp = (password: string): Promise<TotpSecret> => this.http.post('/v1/totp', { password })
  confirmTotp = (totp: string): Promise<{ recoveryCodes: string[] }> => this.http.post('/v1/totp/confirm', { totp })
  newRecoveryCodes = (totp: string): Promise<{ recoveryCodes: string[] }> =>
    this.http.post('/v1/totp/recovery-codes', { totp })
  disableTotp = (password: string, code: Code): Promise<unknown> =>
    this.http.post('/v1/totp/disable', { password, ...code })
  /** Proves for ten minutes that it is she; what moves money out asks for it. */
  stepUp = (code: Code): Promise<Pick<Token, 'accessToken' | 'expiresIn'>> => this.http.post('/v1/tokens/step-up', code)
}
