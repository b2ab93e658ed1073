import { ProblemError } from '../lib/problem'
import { t } from './language.svelte'
import { money } from './money.svelte'

// Problems that say all there is to say by their name alone.
const named = [
  'busy',
  'not-found',
  'not-ready',
  'wrong-password',
  'wrong-code',
  'unauthenticated',
  'order-state',
  'not-for-sale',
  'already-owned',
  'quote-state',
  'subscription-state',
  'gift-claimed',
  'balance',
  'no-totp',
] as const
type Named = (typeof named)[number]
const isNamed = (name: string): name is Named => (named as readonly string[]).includes(name)

/** A failure as a sentence with a way out, in the language of the page. */
export function failureInWords(error: unknown): string {
  if (!(error instanceof ProblemError)) return t('problem.unreachable')
  const { name, detail, title, price } = error.problem
  if (price) return t('problem.price-changed', { expected: money(price.expected), actual: money(price.actual) })
  if (isNamed(name)) return t(`problem.${name}`)
  if (name === 'invalid-request' || name === 'forbidden') return t(`problem.${name}`, { detail: detail || title })
  return t('problem.other', { detail: detail || title || String(error.problem.status) })
}
