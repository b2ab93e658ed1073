import type { Text } from '../lib/protocol'
import { en, type MessageKey } from './en'
import { zh } from './zh'

export type Language = 'zh' | 'en'
export type Values = Record<string, string | number>

export const dictionaries: Record<Language, Record<MessageKey, string>> = { en, zh }

/** Fills in what is given; a hole that nobody fills stays. */
export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole))

export const format = (language: Language, key: MessageKey, values: Values = {}): string =>
  fill(dictionaries[language][key], values)

/** A catalogue text in the wanted language, or in the other one; `lang` says which, so that it is read correctly. */
export function pick(text: Text | undefined, language: Language): { value: string; lang: Language } {
  const other = language === 'zh' ? 'en' : 'zh'
  const own = text?.[language]
  return own ? { value: own, lang: language } : { value: text?.[other] ?? '', lang: text?.[other] ? other : language }
}
