import { describe, expect, it } from 'vitest'
import { complete, mentionAt, mentioned, parts } from '../src/lib/room/mentions'

const people = ['林老师', 'Ann Lee', 'Ann', 'Bo'].map((name, index) => ({ user: `u-${index}`, name }))

describe('a mention being typed', () => {
  it('begins at the @ before the caret', () => {
    expect(mentionAt('hello @An', 9)).toEqual({ start: 6, query: 'An' })
    expect(mentionAt('你好@林', 4)).toEqual({ start: 2, query: '林' })
  })

  it('is none in an address, after a space, or without an @', () => {
    expect(mentionAt('me@home', 7)).toBeUndefined()
    expect(mentionAt('at @ home', 9)).toBeUndefined()
    expect(mentionAt('hello', 5)).toBeUndefined()
  })

  it('offers people by the beginning of any part of their name', () => {
    expect(complete('an', people).map(({ name }) => name)).toEqual(['Ann', 'Ann Lee'])
    expect(complete('lee', people).map(({ name }) => name)).toEqual(['Ann Lee'])
    expect(complete('林', people).map(({ name }) => name)).toEqual(['林老师'])
  })
})

describe('a text with mentions', () => {
  it('tells those whose name is still in it', () => {
    expect(mentioned('hi @Bo', people)).toEqual(['u-3'])
  })

  it('is cut at names, the longer one first', () => {
    expect(parts('ask @Ann Lee or @Ann', ['Ann', 'Ann Lee'])).toEqual([
      { text: 'ask ' },
      { text: '@Ann Lee', mention: true },
      { text: ' or ' },
      { text: '@Ann', mention: true },
    ])
  })

  it('is one part without names', () => {
    expect(parts('plain @nobody', [])).toEqual([{ text: 'plain @nobody' }])
  })
})
