import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EventQueue, queueCapacity } from '../src/lib/event-queue'
import { parseProblem, ProblemError } from '../src/lib/problem'
import type { ActivityEvent, EventResult, TrackAnswer } from '../src/lib/protocol'

const event = (eventId: string): ActivityEvent => ({
  eventId,
  kind: 'viewed',
  content: 'c-1',
  occurredAt: '2026-11-22T08:00:00.000Z',
  session: 's',
})
const accept = (batch: ActivityEvent[]): TrackAnswer => ({
  results: batch.map(({ eventId }) => ({ eventId, status: 'accepted' as const, position: '0:1' })),
})
const problem = (status: number, extra: object = {}): ProblemError =>
  new ProblemError(parseProblem({ detail: `status ${status}`, ...extra }, status))

/** A server whose answers are given one by one; after them it accepts everything. */
function queueAgainst(...answers: ((batch: ActivityEvent[]) => TrackAnswer)[]) {
  const sent: string[][] = []
  const settled: EventResult[] = []
  const send = async (batch: ActivityEvent[]): Promise<TrackAnswer> => {
    sent.push(batch.map(({ eventId }) => eventId))
    return (answers.shift() ?? accept)(batch)
  }
  const stored = { events: [] as ActivityEvent[] }
  const store = { load: () => stored.events, save: (events: ActivityEvent[]) => (stored.events = events) }
  const open = (): EventQueue => new EventQueue(send, (result) => settled.push(result), store)
  return { queue: open(), open, sent, settled }
}

const fail = (error: unknown) => (): never => {
  throw error
}

describe('EventQueue', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('sends at once and forgets what was answered', async () => {
    const { queue, sent, settled } = queueAgainst()

    queue.add(event('a'))
    await vi.runAllTimersAsync()

    expect(sent).toEqual([['a']])
    expect(settled).toMatchObject([{ eventId: 'a', status: 'accepted' }])
    expect(queue.waiting).toEqual([])
  })

  it('keeps what could not be sent and sends it again with the same id', async () => {
    const { queue, sent, settled } = queueAgainst(fail(new TypeError('no network')))

    queue.add(event('a'))
    await vi.runAllTimersAsync()

    expect(sent).toEqual([['a'], ['a']])
    expect(settled).toHaveLength(1)
  })

  it('sends in the order of the acts, also after a failure', async () => {
    const { queue, sent } = queueAgainst(fail(new TypeError('no network')))

    for (const id of ['a', 'b', 'c']) queue.add(event(id))
    await vi.runAllTimersAsync()

    expect(sent).toEqual([['a'], ['a', 'b', 'c']])
  })

  it('does not wait for the timer once the connection is back', async () => {
    const { queue, sent } = queueAgainst(fail(new TypeError('no network')))
    queue.add(event('a'))
    await vi.advanceTimersByTimeAsync(0)

    await queue.flush()

    expect(sent).toEqual([['a'], ['a']])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits as long as a busy server asks for', async () => {
    const { queue, sent } = queueAgainst(fail(problem(429, { retryAfter: 7 })))
    queue.add(event('a'))

    await vi.advanceTimersByTimeAsync(6_999)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toHaveLength(2)
  })

  it('refuses more than it can hold instead of dropping the oldest', async () => {
    const { queue } = queueAgainst(fail(new TypeError('no network')))

    const taken = Array.from({ length: queueCapacity + 1 }, (_, index) => queue.add(event(String(index))))

    expect(taken.filter(Boolean)).toHaveLength(queueCapacity)
    expect(taken.at(-1)).toBe(false)
  })

  it('reports a rejected event and goes on with the others', async () => {
    const { queue, settled } = queueAgainst((batch) => ({
      results: batch.map(({ eventId }) => ({ eventId, status: 'rejected', error: 'content: not in the catalogue' })),
    }))

    queue.add(event('bad'))
    queue.add(event('good'))
    await vi.runAllTimersAsync()

    expect(settled.map(({ eventId, status }) => [eventId, status])).toEqual([
      ['bad', 'rejected'],
      ['good', 'accepted'],
    ])
    expect(queue.waiting).toEqual([])
  })

  it('finds the one event for which a whole batch was refused', async () => {
    const refuseBad = (batch: ActivityEvent[]): TrackAnswer => {
      if (batch.some(({ eventId }) => eventId === 'bad')) throw problem(400)
      return accept(batch)
    }
    const { queue, settled } = queueAgainst(fail(new TypeError('no network')), ...Array(8).fill(refuseBad))

    for (const id of ['a', 'bad', 'b']) queue.add(event(id))
    await vi.runAllTimersAsync()

    expect(settled.map(({ eventId, status }) => [eventId, status])).toEqual([
      ['a', 'accepted'],
      ['bad', 'rejected'],
      ['b', 'accepted'],
    ])
  })

  it('goes on after a reload with the events and the ids that were waiting', async () => {
    const { queue, open, sent, settled } = queueAgainst(fail(new TypeError('no network')))
    queue.add(event('a'))
    await vi.advanceTimersByTimeAsync(0)
    queue.stop()

    await open().flush()

    expect(sent).toEqual([['a'], ['a']])
    expect(settled).toMatchObject([{ eventId: 'a', status: 'accepted' }])
  })

  it('stays quiet once stopped', async () => {
    const { queue, sent } = queueAgainst(fail(new TypeError('no network')))
    queue.add(event('a'))
    await vi.advanceTimersByTimeAsync(0)

    queue.stop()
    await vi.runAllTimersAsync()

    expect(sent).toHaveLength(1)
  })
})
