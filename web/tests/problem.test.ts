import { describe, expect, it } from 'vitest'
import { parseProblem, ProblemError, problemOf, problemOfHub } from '../src/lib/problem'

const respond = (body: unknown, status: number, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', ...headers } })

describe('problemOf', () => {
  it('takes the name from the type and the messages by field', async () => {
    const response = respond(
      {
        type: 'https://engage.dev/problems/invalid-request',
        title: 'Invalid request',
        status: 400,
        errors: { Password: ['at least 10 characters'], '$.userName': 'taken' },
      },
      400,
    )

    const { problem, isFinal } = await problemOf(response)

    expect(problem).toMatchObject({
      name: 'invalid-request',
      status: 400,
      errors: { password: ['at least 10 characters'], userName: ['taken'] },
    })
    expect(isFinal).toBe(true)
  })

  it('reads when to come back from the header or the body', async () => {
    const byHeader = await problemOf(respond({}, 429, { 'retry-after': '2' }))
    const byBody = await problemOf(respond({ retryAfter: 3 }, 429))

    expect([byHeader.problem.retryAfterMs, byBody.problem.retryAfterMs]).toEqual([2_000, 3_000])
    expect(byHeader.isFinal).toBe(false)
  })

  it('survives an answer that is no problem document', async () => {
    const error = await problemOf(new Response('<h1>Bad gateway</h1>', { status: 502 }))

    expect(error.problem).toMatchObject({ name: 'internal', status: 502, errors: {} })
  })

  it('keeps the results of events that were all rejected', () => {
    const results = [{ eventId: 'a', status: 'rejected', error: 'kind: unknown' }]

    expect(parseProblem({ type: 'https://engage.dev/problems/events-rejected', results }, 422).results).toEqual(results)
  })
})

describe('problemOfHub', () => {
  it('finds the problem document in the message of a HubException', () => {
    const document = JSON.stringify({ type: 'https://engage.dev/problems/busy', status: 429, retryAfter: 1 })
    const error = problemOfHub(new Error(`An error occurred invoking 'Track'. HubException: ${document}`))

    expect(error).toBeInstanceOf(ProblemError)
    expect((error as ProblemError).problem).toMatchObject({ name: 'busy', retryAfterMs: 1_000 })
  })

  it('gives back what is no problem document', () => {
    const closed = new Error('Invocation canceled {connection closed')

    expect(problemOfHub(closed)).toBe(closed)
  })
})
