import type { Money } from './money'
import type { EventResult } from './protocol'

/** RFC 9457 problem details, with the extensions of docs/protocol.md. `name` is the last part of `type`. */
export interface Problem {
  name: string
  status: number
  title: string
  detail: string
  retryAfterMs?: number
  /** When what is forbidden ends. */
  until?: string
  errors: Record<string, string[]>
  results?: EventResult[]
  /** What would open a door that is locked, as ids, cheapest first. */
  offers?: string[]
  /** What the page showed, and what is due in truth. */
  price?: { expected: Money; actual: Money }
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title)
    this.name = 'ProblemError'
  }

  /** Sending the same again can never succeed; everything else may be tried again. */
  get isFinal(): boolean {
    const { status } = this.problem
    return status >= 400 && status < 500 && ![401, 408, 429].includes(status)
  }
}

/** She is signed in, and has to prove once more that it is she: with a code. */
export const isUnproven = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.name === 'step-up-required'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function fieldErrors(value: unknown): Record<string, string[]> {
  const fields = Object.entries(record(value)).map(([field, messages]) => {
    // Some validators write `Password`, others `$.password`: the form knows `password`.
    const name = field.replace(/^\$\.?/, '')
    const list = Array.isArray(messages) ? messages.map(String) : [String(messages)]
    return [name.charAt(0).toLowerCase() + name.slice(1), list] as const
  })
  return Object.fromEntries(fields)
}

const isMoney = (value: unknown): value is Money =>
  typeof record(value)['minorUnits'] === 'number' && typeof record(value)['currency'] === 'string'

export function parseProblem(body: unknown, status: number, retryAfter?: string | null): Problem {
  const fields = record(body)
  const seconds = Number(fields['retryAfter'] ?? retryAfter ?? Number.NaN)
  const { expected, actual } = fields
  const name = text(fields['type']).split('/').at(-1) ?? ''
  return {
    name: name || (status === 401 ? 'unauthenticated' : status === 429 ? 'busy' : 'internal'),
    status,
    title: text(fields['title']),
    detail: text(fields['detail']),
    errors: fieldErrors(fields['errors']),
    ...(typeof fields['until'] === 'string' ? { until: fields['until'] } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
    ...(Array.isArray(fields['offers']) ? { offers: fields['offers'].map(String) } : {}),
    ...(isMoney(expected) && isMoney(actual) ? { price: { expected, actual } } : {}),
    ...(Array.isArray(fields['results']) ? { results: fields['results'] as EventResult[] } : {}),
  }
}

export async function problemOf(response: Response): Promise<ProblemError> {
  // A proxy in between may answer with nothing, or with a page of its own.
  const body: unknown = await response.json().catch(() => ({}))
  return new ProblemError(parseProblem(body, response.status, response.headers.get('retry-after')))
}

/** A HubException's message ends with a problem document; any other failure is given back as it is. */
export function problemOfHub(error: unknown): unknown {
  const message = error instanceof Error ? error.message : ''
  const start = message.indexOf('{')
  if (start < 0) return error
  try {
    const body = record(JSON.parse(message.slice(start)))
    return new ProblemError(parseProblem(body, Number(body['status'] ?? 500)))
  } catch {
    return error
  }
}
