import { afterEach, describe, expect, it, vi } from 'vitest'
import { at, Http, withQuery } from '../src/lib/http'

const answer = (status: number, body?: unknown): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  })

function withAnswers(answers: Response[], renewed: string | undefined = 'second') {
  const requests: [string, RequestInit][] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    requests.push([path, init])
    return answers.shift()!
  })
  const tokens = { token: async () => 'first', renewed: async () => renewed, onRenewed: () => () => undefined }
  return { http: new Http(tokens), requests }
}

const header = (init: RequestInit, name: string): string | undefined => (init.headers as Record<string, string>)[name]

describe('Http', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('makes the call again with a renewed token, and with the same key', async () => {
    const { http, requests } = withAnswers([answer(401), answer(201, { id: 'o-1' })])

    const order = await http.post('/v1/orders', { offer: 'f' }, 'key-1')

    expect(order).toEqual({ id: 'o-1' })
    expect(requests.map(([, init]) => header(init, 'authorization'))).toEqual(['Bearer first', 'Bearer second'])
    expect(requests.map(([, init]) => header(init, 'idempotency-key'))).toEqual(['key-1', 'key-1'])
  })

  it('says what was refused when there is no other token', async () => {
    const { http, requests } = withAnswers([answer(401)], '')

    await expect(http.get('/v1/wallet')).rejects.toMatchObject({ problem: { status: 401 } })
    expect(requests).toHaveLength(1)
  })

  it('takes an answer without a body', async () => {
    const { http } = withAnswers([answer(204)])

    expect(await http.delete('/v1/sessions/s-1')).toBeUndefined()
  })

  it('escapes what it puts into an address', () => {
    expect(at('/v1/offers/{}', 'content:c/1')).toBe('/v1/offers/content%3Ac%2F1')
    expect(withQuery('/v1/offers', { creator: 'k&1', cursor: undefined, limit: 5 })).toBe(
      '/v1/offers?creator=k%261&limit=5',
    )
  })
})
