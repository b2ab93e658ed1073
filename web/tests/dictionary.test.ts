import { describe, expect, it } from 'vitest'
import { dictionaries, format, pick } from '../src/i18n/messages'

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

describe('dictionaries', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(dictionaries.zh).sort()).toEqual(Object.keys(dictionaries.en).sort())
  })

  it.each(Object.entries(dictionaries.en))('%s takes the same values in both languages', (key, text) => {
    expect(holes(dictionaries.zh[key as keyof typeof dictionaries.zh])).toEqual(holes(text))
  })

  it('leave nothing untranslated but names', () => {
    const same = Object.entries(dictionaries.en).filter(([key, text]) =>
      Object.entries(dictionaries.zh).some(([other, translated]) => other === key && translated === text),
    )

    expect(same.map(([key]) => key)).toEqual(['app.name'])
  })

  it('fill in what is given and keep a hole that nobody fills', () => {
    expect(format('en', 'activity.fresh', { ms: 7 })).toBe('recommendations updated in 7 ms')
    expect(format('zh', 'reason.similarContent')).toBe('与《{title}》相似')
  })
})

describe('catalogue texts', () => {
  it('are taken in the wanted language', () => {
    expect(pick({ zh: '线性代数', en: 'Linear algebra' }, 'zh')).toEqual({ value: '线性代数', lang: 'zh' })
  })

  it('fall back to the other language and say which it is', () => {
    expect(pick({ en: 'Linear algebra' }, 'zh')).toEqual({ value: 'Linear algebra', lang: 'en' })
  })

  it('are empty when there is none', () => {
    expect(pick(undefined, 'en')).toEqual({ value: '', lang: 'en' })
  })
})
