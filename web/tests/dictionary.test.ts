import { describe, expect, it } from 'vitest'
import { enAccount } from '../src/i18n/en-account'
import { enCreator } from '../src/i18n/en-creator'
import { enPrivacy } from '../src/i18n/en-privacy'
import { enShop } from '../src/i18n/en-shop'
import { dictionaries, format, pick } from '../src/i18n/messages'
import { zhAccount } from '../src/i18n/zh-account'
import { zhCreator } from '../src/i18n/zh-creator'
import { zhPrivacy } from '../src/i18n/zh-privacy'
import { zhShop } from '../src/i18n/zh-shop'

type Words = Record<string, string>

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

const areas = {
  page: dictionaries,
  account: { en: enAccount, zh: zhAccount },
  shop: { en: enShop, zh: zhShop },
  creator: { en: enCreator, zh: zhCreator },
  privacy: { en: enPrivacy, zh: zhPrivacy },
}

describe.each(Object.entries(areas))('dictionaries of %s', (_, { en, zh }: { en: Words; zh: Words }) => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort())
  })

  it.each(Object.entries(en))('%s takes the same values in both languages', (key, text) => {
    expect(holes(zh[key]!)).toEqual(holes(text))
  })

  it('leave nothing untranslated but names and figures', () => {
    const same = Object.keys(en).filter((key) => en[key] === zh[key])

    expect(same.filter((key) => !['app.name', 'offer.every'].includes(key))).toEqual([])
  })
})

describe('dictionaries', () => {
  it('of pages that are loaded later name nothing that every page has', () => {
    const later = [enAccount, enShop, enCreator, enPrivacy].flatMap((words) => Object.keys(words))

    expect(later.filter((key) => Object.hasOwn(dictionaries.en, key))).toEqual([])
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
