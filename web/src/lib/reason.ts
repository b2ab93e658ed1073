import type { MessageKey } from '../i18n/en'
import { dictionaries, format, pick, type Language } from '../i18n/messages'
import type { Reason, Text } from './protocol'

const isKey = (key: string): key is MessageKey => key in dictionaries.en

/** Why something is recommended, in words. `related` is the title or name the reason points at, where it is known. */
export function reasonInWords(reason: Reason | undefined, language: Language, related?: Text): string {
  const words = kindInWords(reason, language, related)
  const lift = `reason.lift.${reason?.lift}`
  return reason?.lift && isKey(lift) ? `${words} · ${format(language, lift)}` : words
}

function kindInWords(reason: Reason | undefined, language: Language, related?: Text): string {
  const key = `reason.${reason?.kind}`
  if (!isKey(key)) return format(language, 'reason.other')
  const title = pick(reason?.relatedTitle ?? related, language).value
  const plain = `${key}.plain`
  return !title && isKey(plain) ? format(language, plain) : format(language, key, { title })
}
