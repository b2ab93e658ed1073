import { describe, expect, it } from 'vitest'
import { OwnCreators } from '../src/stores/own-creators.svelte'
import { MemoryStorage } from './memory-storage'

const answer = (body: unknown) => ({ get: <T>() => Promise.resolve(body as T) })

describe('what somebody owns', () => {
  it('is what the server says, and not what was seen before', async () => {
    const own = new OwnCreators('u-1', new MemoryStorage())
    own.know('k-old')

    await own.load(answer({ creators: ['k-1'], communities: ['g-1'] }))

    expect(own.ids).toEqual(['k-1'])
    expect(own.communities).toEqual(['g-1'])
  })

  it('stays as it was known when no answer comes, and is asked for again', async () => {
    const own = new OwnCreators('u-1', new MemoryStorage())
    own.know('k-old')

    await own.load({ get: () => Promise.reject(new Error('away')) })
    const kept = own.ids
    await own.load(answer({ creators: [], communities: [] }))

    expect(kept).toEqual(['k-old'])
    expect(own.ids).toEqual([])
  })
})
