import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SessionStore as Store } from '../src/stores/session.svelte'
import { MemoryStorage } from './memory-storage'

const base64 = (value: object): string => btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_')
const accessToken = (serial: number, roles: string[] = ['user']): string =>
  `${base64({ alg: 'ES256' })}.${base64({ role: roles, jti: serial })}.signature`

/** Answers /v1/tokens as the server does: each time with another access token. */
class FakeServer {
  readonly asked: [string, Record<string, unknown>][] = []
  status = 200
  isDown = false
  user = 'u-me'
  roles = ['user']
  #serial = 0

  fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    this.asked.push([path, JSON.parse(String(init?.body ?? '{}')) as Record<string, unknown>])
    if (this.isDown) throw new TypeError('network')
    if (path === '/v1/tokens/revoke') return new Response(null, { status: 204 })
    const body = {
      accessToken: accessToken(++this.#serial, this.roles),
      expiresIn: 600,
      user: this.user,
      displayName: '林',
    }
    return new Response(JSON.stringify(body), { status: this.status, headers: { 'content-type': 'application/json' } })
  }
  refreshes = (): number => this.asked.filter(([path, body]) => path === '/v1/tokens' && !body['password']).length
}

describe('SessionStore', () => {
  let server: FakeServer
  let tab: MemoryStorage
  let browser: MemoryStorage
  let SessionStore: typeof Store
  let heard: ((event: { key: string; newValue: string | null }) => void)[]

  beforeEach(async () => {
    vi.useFakeTimers()
    server = new FakeServer()
    tab = new MemoryStorage()
    browser = new MemoryStorage()
    heard = []
    vi.stubGlobal('sessionStorage', tab)
    vi.stubGlobal('localStorage', browser)
    vi.stubGlobal('fetch', server.fetch)
    vi.stubGlobal('navigator', { userAgent: 'Firefox/1 Linux' })
    vi.stubGlobal('addEventListener', (_: string, listener: (typeof heard)[number]) => heard.push(listener))
    ;({ SessionStore } = await import('../src/stores/session.svelte'))
    heard = []
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  async function signedIn(): Promise<Store> {
    const session = new SessionStore()
    await session.signIn({ userName: 'lin', password: 'correct horse' })
    return session
  }

  it('renews its token without a word before it is over', async () => {
    const session = await signedIn()
    const first = session.current?.accessToken
    const renewed: string[] = []
    session.onRenewed((token) => renewed.push(token))

    await vi.advanceTimersByTimeAsync(541_000)

    expect(session.current?.accessToken).not.toBe(first)
    expect(renewed).toEqual([session.current?.accessToken])
    expect(server.asked.at(-1)).toEqual(['/v1/tokens', { cookie: true }])
  })

  it('asks once however many requests meet the end of the token', async () => {
    const session = await signedIn()
    const refused = session.current!.accessToken

    const tokens = await Promise.all([session.renewed(refused), session.renewed(refused), session.renewed(refused)])

    expect(new Set(tokens).size).toBe(1)
    expect(server.refreshes()).toBe(1)
  })

  it('does not renew for a token that was renewed already', async () => {
    const session = await signedIn()
    const old = session.current!.accessToken
    await session.renewed(old)

    expect(await session.renewed(old)).toBe(session.current?.accessToken)
    expect(server.refreshes()).toBe(1)
  })

  it('lives through a server that cannot be reached, and goes on afterwards', async () => {
    const session = await signedIn()
    server.isDown = true
    await vi.advanceTimersByTimeAsync(560_000)
    expect(session.current).toBeDefined()
    server.isDown = false

    await vi.advanceTimersByTimeAsync(10_000)

    expect(session.current!.expiresAt).toBeGreaterThan(Date.now() + 300_000)
  })

  it('ends with a word about why when the server says that it is over', async () => {
    const session = await signedIn()
    server.status = 401

    const token = await session.renewed(session.current!.accessToken)

    expect([token, session.current, session.ending]).toEqual([undefined, undefined, 'expired'])
    expect([tab.kept.size, browser.kept.size]).toEqual([0, 0])
  })

  it('stays signed out when a renewal comes back late', async () => {
    const session = await signedIn()
    const renewing = session.renewed(session.current!.accessToken)
    session.signOut()

    await renewing

    expect([session.current, tab.kept.size]).toEqual([undefined, 0])
  })

  it('signs out at once and tells the server', async () => {
    const session = await signedIn()

    session.signOut()
    await vi.advanceTimersByTimeAsync(0)

    expect([session.current, session.ending]).toEqual([undefined, undefined])
    expect(server.asked.at(-1)?.[0]).toBe('/v1/tokens/revoke')
  })

  it('goes on in a new tab by the cookie, and says meanwhile that it is finding out', async () => {
    await signedIn()
    tab.kept.clear()

    const opened = new SessionStore()
    const wasResuming = opened.isResuming
    await vi.advanceTimersByTimeAsync(0)

    expect([wasResuming, opened.isResuming, opened.current?.user]).toEqual([true, false, 'u-me'])
  })

  it('asks for nothing on a first visit', () => {
    const session = new SessionStore()

    expect([session.isResuming, server.asked.length]).toEqual([false, 0])
  })

  it('ends when another tab signs out', async () => {
    const session = await signedIn()

    for (const listener of heard) listener({ key: 'engage.signedIn', newValue: null })

    expect(session.current).toBeUndefined()
  })

  it('becomes whoever the cookie belongs to now', async () => {
    const session = await signedIn()
    const renewed: string[] = []
    session.onRenewed((token) => renewed.push(token))
    server.user = 'u-other'

    await session.renewed(session.current!.accessToken)

    expect(session.current?.user).toBe('u-other')
    // The connection of the one before must not be given to the other.
    expect(renewed).toEqual([])
  })

  it('knows guests and operators by their token', async () => {
    server.roles = ['user', 'operator']
    const session = await signedIn()
    expect([session.isGuest, session.isOperator]).toEqual([false, true])
    server.roles = ['guest']

    await session.lookAround()

    expect([session.isGuest, session.isOperator]).toEqual([true, false])
  })
})
