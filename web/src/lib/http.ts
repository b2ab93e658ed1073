import { problemOf, ProblemError } from './problem'

export type Query = Record<string, string | number | boolean | undefined>

/** Where a request gets its access token from, and what it does when the server no longer takes it. */
export interface TokenSource {
  /** One that is good now. Fails when the session is over. */
  token(): Promise<string>
  /** Another one in place of `refused`, or none when the session is over. */
  renewed(refused: string): Promise<string | undefined>
  /** Tells every token that takes the place of another one, until the returned function is called. */
  onRenewed(tell: (token: string) => void): () => void
}

const json = { 'content-type': 'application/json' }

/** One request; every answer that is no success is thrown as the problem it is. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init)
  if (!response.ok) throw await problemOf(response)
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const withBody = (method: string, body: unknown): RequestInit => ({
  method,
  ...(body === undefined ? {} : { headers: json, body: JSON.stringify(body) }),
})

export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return search ? `${path}?${search}` : path
}

/** Fills `{}` in a path with ids, escaped: an id may hold a colon, never a slash. */
export const at = (path: string, ...ids: (string | number)[]): string =>
  ids.reduce<string>((made, id) => made.replace('{}', encodeURIComponent(String(id))), path)

/** The HTTP calls of one session. A token that is refused is renewed once, and the call made again. */
export class Http {
  constructor(private readonly tokens: TokenSource) {}

  get = <T>(path: string, query: Query = {}): Promise<T> => this.send(withQuery(path, query))
  post = <T>(path: string, body?: unknown, idempotencyKey?: string): Promise<T> =>
    this.send(path, keyed(withBody('POST', body), idempotencyKey))
  put = <T>(path: string, body: unknown): Promise<T> => this.send(path, withBody('PUT', body))
  delete = <T>(path: string): Promise<T> => this.send(path, { method: 'DELETE' })

  patch = <T>(path: string, body: unknown): Promise<T> => this.send(path, withBody('PATCH', body))
  async send<T>(path: string, init: RequestInit = {}): Promise<T> {
    const token = await this.tokens.token()
    try {
      return await request<T>(path, authorized(init, token))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error
      const renewed = await this.tokens.renewed(token)
      if (!renewed) throw error
      return request<T>(path, authorized(init, renewed))
    }
  }
}

const authorized = (init: RequestInit, token: string): RequestInit => ({
  ...init,
  headers: { ...init.headers, authorization: `Bearer ${token}` },
})

const keyed = (init: RequestInit, key: string | undefined): RequestInit =>
  key ? { ...init, headers: { ...init.headers, 'idempotency-key': key } } : init
