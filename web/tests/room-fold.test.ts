import { describe, expect, it } from 'vitest'
import type { JoinAnswer, RoomEntry, RoomPush, RoomState } from '../src/lib/room/protocol'
import { RoomFold } from '../src/lib/room/room-fold'
import type { Message } from '../src/lib/room/transcript'

const at = (second: number): string => new Date(Date.UTC(2026, 10, 22, 8, 0, second)).toISOString()
const entry = (seq: number, kind: string, more: Partial<RoomEntry> = {}): RoomEntry => ({
  seq,
  at: at(seq),
  kind,
  ...more,
})
const said = (seq: number, text: string, by = 'u-lin'): RoomEntry =>
  entry(seq, 'said', { id: `id-${seq}`, text, by, name: by.slice(2) })
const joined = (
  seq: number,
  entries: RoomEntry[],
  state: RoomState = {},
  mode: JoinAnswer['mode'] = 'recent',
): JoinAnswer => ({
  room: { id: 'r', community: 'g', creator: 'k', title: { en: 'Room' }, phase: 'live' },
  me: { user: 'u-me', name: 'me', role: 'member' },
  mode,
  seq,
  entries,
  state,
})
const push = (after: number, to: number, entries: RoomEntry[], state?: RoomState): RoomPush => ({
  room: 'r',
  after,
  to,
  entries,
  ...(state ? { state } : {}),
})
const texts = (fold: RoomFold): string[] =>
  fold.view.rows.filter((row): row is Message => row.type === 'message').map(({ text, gone }) => gone ?? text)

function room(seq = 2, entries = [said(1, 'one'), said(2, 'two')], state: RoomState = {}): RoomFold {
  const fold = new RoomFold()
  fold.join(joined(seq, entries, state))
  return fold
}

describe('a live room', () => {
  it('shows what it is pushed, in order', () => {
    const fold = room()

    expect(fold.push(push(2, 4, [said(3, 'three'), said(4, 'four')]))).toBe('applied')
    expect(texts(fold)).toEqual(['one', 'two', 'three', 'four'])
    expect(fold.seq).toBe(4)
  })

  it('moves on over what is for nobody', () => {
    const fold = room()

    fold.push(push(2, 9, [], { present: 7 }))

    expect(fold.seq).toBe(9)
    expect(fold.view.present).toBe(7)
  })

  it('takes the same push only once', () => {
    const fold = room()
    const batch = push(2, 3, [said(3, 'three')], { questions: { '1': null } })
    fold.push(batch)
    const before = fold.view.rows

    fold.push(batch)

    expect(fold.view.rows).toBe(before)
  })

  it('takes of a push that overlaps what is new alone', () => {
    const fold = room()

    fold.push(push(0, 3, [said(1, 'again'), said(2, 'again'), said(3, 'three')]))

    expect(texts(fold)).toEqual(['one', 'two', 'three'])
  })

  it('tells a gap and changes nothing', () => {
    const fold = room()

    expect(fold.push(push(3, 4, [said(4, 'four')], { present: 9 }))).toBe('gap')
    expect(texts(fold)).toEqual(['one', 'two'])
    expect(fold.view.present).toBe(0)
    expect(fold.seq).toBe(2)
  })

  it('lets no old push overwrite newer totals', () => {
    const fold = room(5, [], { present: 50 })

    expect(fold.push(push(3, 4, [], { present: 4 }))).toBe('stale')
    expect(fold.view.present).toBe(50)
  })

  it('takes state that comes without entries', () => {
    const fold = room()

    fold.push(push(2, 2, [], { typing: ['小雨'] }))

    expect(fold.view.typing).toEqual(['小雨'])
  })

  it('keeps what did not change the same', () => {
    const fold = room(2, [said(1, 'one')], { questions: { '9': { text: '?', at: at(0), votes: 1, answered: false } } })
    const { questions, polls, people } = fold.view

    fold.push(push(2, 3, [said(3, 'three')]))

    expect(fold.view.questions).toBe(questions)
    expect(fold.view.polls).toBe(polls)
    expect(fold.view.people).toBe(people)
  })
})

describe('coming back', () => {
  it('adds exactly what was missed', () => {
    const fold = room()

    fold.join(joined(4, [said(3, 'three'), said(4, 'four')], {}, 'resumed'))

    expect(texts(fold)).toEqual(['one', 'two', 'three', 'four'])
  })

  it('takes away what was removed meanwhile', () => {
    const question = { text: '?', at: at(0), votes: 1, answered: false }
    const fold = room(2, [], { questions: { '7': question, '8': question } })

    fold.join(joined(4, [], { questions: { '8': { ...question, votes: 3 } } }, 'resumed'))

    expect([...fold.view.questions].map(([seq, { votes }]) => [seq, votes])).toEqual([[8, 3]])
  })

  it('starts afresh when it was too far behind', () => {
    const fold = room()

    fold.join(joined(900, [said(899, 'late'), said(900, 'later')], {}, 'reload'))

    expect(texts(fold)).toEqual(['late', 'later'])
    expect(fold.seq).toBe(900)
  })
})

describe('a message', () => {
  it('is edited, then deleted for good', () => {
    const fold = room()
    fold.push(push(2, 3, [entry(3, 'edited', { target: 1, text: 'uno', by: 'u-lin' })]))
    expect(fold.message(1)).toMatchObject({ text: 'uno', edited: true })

    fold.push(push(3, 4, [entry(4, 'deleted', { target: 1, by: 'u-lin' })]))
    fold.push(push(4, 5, [entry(5, 'edited', { target: 1, text: 'back', by: 'u-lin' })]))

    expect(fold.message(1)).toMatchObject({ text: '', gone: 'author' })
  })

  it('says when somebody else took it away', () => {
    const fold = room()

    fold.push(push(2, 3, [entry(3, 'deleted', { target: 2, by: 'u-mod' })]))

    expect(fold.message(2)?.gone).toBe('moderator')
  })

  it('amended in the batch that brings it is right at once', () => {
    const fold = room()

    fold.push(
      push(2, 6, [
        said(3, 'a'),
        entry(4, 'edited', { target: 3, text: 'b' }),
        said(5, 'c'),
        entry(6, 'deleted', { target: 5, by: 'u-lin' }),
      ]),
    )

    expect(texts(fold)).toEqual(['one', 'two', 'b', 'author'])
  })

  it('whose text is not served any more is a tombstone in its place', () => {
    const fold = room(4, [
      entry(1, 'said', { id: 'id-1', by: 'u-lin', name: 'lin', deleted: true }),
      entry(2, 'edited', { target: 1, by: 'u-lin', deleted: true }),
      entry(3, 'asked', { id: 'id-3', deleted: true }),
      entry(4, 'questionAnswered', { question: 3, deleted: true }),
    ])

    fold.push(push(4, 5, [entry(5, 'deleted', { target: 1, by: 'u-mod' })]))

    expect(texts(fold)).toEqual(['moderator'])
    expect(fold.view.rows).toHaveLength(1)
    expect(fold.view.questions.size).toBe(0)
  })

  it('carries the totals of its reactions', () => {
    const fold = room()

    fold.push(push(2, 3, [], { messages: { '2': { reactions: { '👍': 3 } }, '99': { reactions: { '👍': 1 } } } }))

    expect(fold.message(2)?.reactions).toEqual({ '👍': 3 })
    expect(fold.message(1)?.reactions).toEqual({})
  })

  it('goes with everything its author had said, but not with what she says later', () => {
    const fold = room(3, [said(1, 'a', 'u-bad'), said(2, 'b'), said(3, 'c', 'u-bad')])

    fold.push(push(3, 5, [entry(4, 'historyErased', { user: 'u-bad' }), said(5, 'd', 'u-bad')]))

    expect(texts(fold)).toEqual(['moderator', 'b', 'moderator', 'd'])
  })
})

describe('history', () => {
  it('comes before what is here, once', () => {
    const fold = room(12, [said(11, 'eleven'), said(12, 'twelve')])

    fold.older([said(9, 'nine'), said(10, 'ten')])
    fold.older([said(9, 'nine'), said(10, 'ten')])

    expect(texts(fold)).toEqual(['nine', 'ten', 'eleven', 'twelve'])
    expect(fold.oldest).toBe(9)
  })

  it('obeys what happened to it later', () => {
    const fold = room(14, [
      said(10, 'ten'),
      entry(11, 'deleted', { target: 3, by: 'u-mod' }),
      entry(12, 'edited', { target: 4, text: 'new' }),
      entry(13, 'historyErased', { user: 'u-bad' }),
      entry(14, 'edited', { target: 4, text: 'newest' }),
    ])

    fold.older([
      said(3, 'three'),
      said(4, 'four'),
      said(5, 'five', 'u-bad'),
      entry(6, 'edited', { target: 4, text: 'old' }),
    ])

    expect(texts(fold)).toEqual(['moderator', 'newest', 'moderator', 'ten'])
  })
})

describe('what everybody sees beside the chat', () => {
  it('follows from entries where there is no state, as in a replay', () => {
    const fold = new RoomFold()

    fold.feed([
      entry(1, 'started'),
      entry(2, 'asked', { text: 'Why?', by: 'u-lin', name: 'lin' }),
      entry(3, 'pollOpened', { poll: { kind: 'single', question: 'Which?', choices: ['a', 'b'] } }),
      entry(4, 'questionAnswered', { question: 2, text: 'Because.' }),
      entry(5, 'pollClosed', { poll: 3, results: { counts: [2, 1], voters: 3 } }),
      entry(6, 'presenceChanged', { present: 4 }),
    ])

    expect(fold.view.phase).toBe('live')
    expect(fold.view.questions.get(2)).toMatchObject({ answered: true, answer: 'Because.' })
    expect(fold.view.polls.get(3)).toMatchObject({ open: false, counts: [2, 1], voters: 3, question: 'Which?' })
    expect(fold.view.present).toBe(4)
  })

  it('is settled by the state that comes with them', () => {
    const fold = room()

    fold.push(
      push(2, 3, [entry(3, 'asked', { text: 'Why?' })], {
        questions: { '3': { text: 'Why?', at: at(3), votes: 5, answered: false } },
        settings: { slowModeSeconds: 10 },
      }),
    )
    fold.push(push(3, 4, [], { settings: { emojiOnly: true }, questions: { '3': null } }))

    expect(fold.view.settings).toEqual({ slowModeSeconds: 10, emojiOnly: true })
    expect(fold.view.questions.size).toBe(0)
  })

  it('loses the pinned message with the message', () => {
    const fold = room()
    fold.push(push(2, 3, [entry(3, 'pinned', { target: 1 })]))
    expect(fold.view.pinned.map(({ text }) => text)).toEqual(['one'])

    fold.push(push(3, 4, [entry(4, 'deleted', { target: 1, by: 'u-lin' })]))

    expect(fold.view.pinned).toEqual([])
  })
})
