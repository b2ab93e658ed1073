import type { Person } from './protocol'

export const mentionsMax = 10
const completionsMax = 6
const queryMax = 64

/** The name that is being typed after an @, if the caret is in one. */
export function mentionAt(text: string, caret: number): { start: number; query: string } | undefined {
  const start = text.lastIndexOf('@', caret - 1)
  if (start < 0) return undefined
  const query = text.slice(start + 1, caret)
  // An @ within a word is an address; a name may hold spaces, but nobody's begins with one.
  if (/[\w.]/.test(text.charAt(start - 1)) || /^\s|\n/.test(query) || query.length > queryMax) return undefined
  return { start, query }
}

/** People whose name or one of its words begins with the query, those first whose name does. */
export function complete(query: string, people: readonly Person[]): Person[] {
  const wanted = query.toLocaleLowerCase()
  const rank = ({ name }: Person): number => {
    const whole = name.toLocaleLowerCase()
    if (whole.startsWith(wanted)) return 0
    return whole.split(/\s+/).some((part) => part.startsWith(wanted)) ? 1 : whole.includes(wanted) ? 2 : 3
  }
  return people
    .map((person) => ({ person, at: rank(person) }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at || a.person.name.localeCompare(b.person.name))
    .slice(0, completionsMax)
    .map(({ person }) => person)
}

/** Who of the chosen people is still mentioned in the text. */
export const mentioned = (text: string, chosen: readonly Person[]): string[] =>
  [...new Set(chosen.filter(({ name }) => text.includes(`@${name}`)).map(({ user }) => user))].slice(0, mentionsMax)

export interface TextPart {
  text: string
  mention?: boolean
}

/** A text cut at the names it mentions. */
export function parts(text: string, names: readonly string[]): TextPart[] {
  const tokens = names.filter(Boolean).map((name) => `@${name}`)
  // Of two names one of which begins with the other, the longer one is meant.
  tokens.sort((a, b) => b.length - a.length)
  const found: TextPart[] = []
  let rest = text
  while (rest) {
    const hits = tokens.map((token) => ({ token, at: rest.indexOf(token) })).filter(({ at }) => at >= 0)
    const hit = hits.reduce<(typeof hits)[number] | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined)
    if (!hit) break
    if (hit.at > 0) found.push({ text: rest.slice(0, hit.at) })
    found.push({ text: hit.token, mention: true })
    rest = rest.slice(hit.at + hit.token.length)
  }
  if (rest) found.push({ text: rest })
  return found
}
