import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ActivityEvent, EventKind } from '../src/lib/protocol'
import { Activity } from '../src/stores/activity.svelte'

const event = (eventId: string, kind: EventKind = 'liked'): ActivityEvent => ({
  eventId,
  kind,
  content: 'c-1',
  occurredAt: new Date().toISOString(),
  session: 's',
})
const accepted = (eventId: string, position: string) => ({ eventId, status: 'accepted' as const, position })

describe('Activity', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('measures from the act to the first recommendations that take it into account', () => {
    const activity = new Activity()
    activity.begin(event('a'))
    vi.advanceTimersByTime(4)
    activity.settle(accepted('a', '3:10'))
    vi.advanceTimersByTime(5)
    activity.recommended('3:9')

    activity.recommended('3:10')
    vi.advanceTimersByTime(5)
    activity.recommended('3:11')

    expect(activity.acts[0]).toMatchObject({ state: 'acked', ackMs: 4, freshMs: 9 })
    expect(activity.lastFreshMs).toBe(9)
  })

  it('knows the push that overtook the acknowledgement', () => {
    const activity = new Activity()
    activity.begin(event('a'))
    vi.advanceTimersByTime(3)
    activity.recommended('3:10')
    vi.advanceTimersByTime(3)

    activity.settle(accepted('a', '3:10'))

    expect(activity.acts[0]).toMatchObject({ ackMs: 6, freshMs: 3 })
  })

  it('never counts a push that came before the act', () => {
    const activity = new Activity()
    activity.recommended('3:99')
    vi.advanceTimersByTime(1)

    activity.begin(event('a'))
    activity.settle(accepted('a', '3:10'))

    expect(activity.acts[0]?.freshMs).toBeUndefined()
  })

  it('shows what the page reports by itself only when it was refused', () => {
    const activity = new Activity()
    activity.begin(event('a', 'impression'))
    activity.begin(event('b', 'impression'))

    activity.settle(accepted('a', '3:1'))
    activity.settle({ eventId: 'b', status: 'rejected', error: 'content: not in the catalogue' })

    expect(activity.acts.map((act) => [act.event.eventId, act.error])).toEqual([['b', 'content: not in the catalogue']])
  })

  it('knows what was done, and not what was refused or undone', () => {
    const activity = new Activity()
    activity.begin(event('a', 'liked'))
    activity.begin(event('b', 'enrolled'))
    activity.settle({ eventId: 'b', status: 'rejected' })
    activity.begin({ ...event('c', 'joined'), content: undefined, community: 'g-1' })
    activity.begin({ ...event('d', 'left'), content: undefined, community: 'g-1' })

    const did = [activity.did('liked', 'c-1'), activity.did('enrolled', 'c-1'), activity.did('joined', 'g-1', 'left')]

    expect(did).toEqual([true, false, false])
  })
})
