import type { MessageKey } from '../i18n/en'
import { fill, format, pick, type Language, type Values } from '../i18n/messages'
import type { Text } from '../lib/protocol'

const storageKey = 'engage.language'

function initial(): Language {
  const remembered = localStorage.getItem(storageKey)
  if (remembered === 'zh' || remembered === 'en') return remembered
  return navigator.languages
    .find((tag) => /^(zh|en)\b/i.test(tag))
    ?.toLowerCase()
    .startsWith('zh')
    ? 'zh'
    : 'en'
}

let current = $state<Language>(initial())

export const language = {
  get current(): Language {
    return current
  },
  toggle(): void {
    current = current === 'zh' ? 'en' : 'zh'
    localStorage.setItem(storageKey, current)
  },
}

export const t = (key: MessageKey, values?: Values): string => format(current, key, values)

/** The words of pages that are loaded when they are opened, and with them those that every page has. */
export const wordsOf =
  <Key extends string>(own: Record<Language, Record<Key, string>>) =>
  (key: Key | MessageKey, values?: Values): string =>
    Object.hasOwn(own.en, key) ? fill(own[current][key as Key], values) : t(key as MessageKey, values)

export const localized = (text: Text | undefined): { value: string; lang: Language } => pick(text, current)
export const word = (text: Text | undefined): string => pick(text, current).value
