import { describe, expect, it } from 'vitest'
import { cardTokenIn, formAddress } from '../src/lib/shop/card-form'

describe("the card provider's form", () => {
  it('is told whom it may answer and in which language', () => {
    expect(formAddress('http://localhost:5090/form?x=1', 'http://localhost:5080', 'zh')).toBe(
      'http://localhost:5090/form?x=1&origin=http%3A%2F%2Flocalhost%3A5080&language=zh',
    )
  })

  it('gives a token', () => {
    expect(cardTokenIn({ kind: 'engage-card', token: 'tok_ok', last4: '4242' })).toEqual({
      token: 'tok_ok',
      label: '•••• 4242',
    })
  })

  it.each([
    [undefined],
    [null],
    ['tok_ok'],
    [{ token: 'tok_ok' }],
    [{ kind: 'engage-card', token: 'x' }],
    [{ kind: 'engage-card', token: 5 }],
    [{ kind: 'engage-card', token: 'tok_ok\n' }],
  ])('gives none in %j', (data) => {
    expect(cardTokenIn(data)).toBeUndefined()
  })
})
