import { describe, expect, it } from 'vitest'
import { decimalText, digitsOf, moneyText, parseAmount } from '../src/lib/money'

describe('money', () => {
  it('is written with the decimals of its currency', () => {
    const texts = [
      moneyText({ minorUnits: 9900, currency: 'CNY' }, 'zh'),
      moneyText({ minorUnits: 500, currency: 'JPY' }, 'en'),
      moneyText({ minorUnits: 1234, currency: 'KWD' }, 'en').replace(/\s/, ' '),
      moneyText({ minorUnits: -5, currency: 'USD' }, 'en'),
    ]

    expect(texts).toEqual(['¥99.00', '¥500', 'KWD 1.234', '-$0.05'])
  })

  it('keeps every minor unit of an amount that no fraction can hold', () => {
    expect(decimalText(Number.MAX_SAFE_INTEGER, 2)).toBe('90071992547409.91')
    expect(moneyText({ minorUnits: Number.MAX_SAFE_INTEGER, currency: 'USD' }, 'en')).toBe('$90,071,992,547,409.91')
  })

  it('in something that is no currency is still readable', () => {
    expect(moneyText({ minorUnits: 150, currency: 'points' }, 'en')).toBe('1.50 points')
    expect(digitsOf('points')).toBe(2)
  })

  it.each([
    ['99', 'CNY', 9900],
    ['0.1', 'CNY', 10],
    ['１２．５', 'CNY', 1250],
    ['12。5', 'CNY', 1250],
    [' 1234 ', 'JPY', 1234],
    ['0.29', 'USD', 29],
    ['1.005', 'KWD', 1005],
  ])('reads %s %s exactly', (typed, currency, minorUnits) => {
    expect(parseAmount(typed, currency)).toBe(minorUnits)
  })

  it.each([
    ['', 'CNY'],
    ['1.999', 'CNY'],
    ['1.5', 'JPY'],
    ['-1', 'CNY'],
    ['1e3', 'CNY'],
    ['1,000', 'CNY'],
    ['abc', 'CNY'],
    ['9999999999999', 'CNY'],
  ])('refuses %s %s', (typed, currency) => {
    expect(parseAmount(typed, currency)).toBeUndefined()
  })

  it('comes back the same when it is written and read', () => {
    for (const minorUnits of [0, 1, 9, 10, 99, 100, 101, 99_999, 123_456_789]) {
      expect(parseAmount(decimalText(minorUnits, 2), 'CNY')).toBe(minorUnits)
    }
  })
})
