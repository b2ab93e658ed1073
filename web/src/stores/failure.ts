import { ProblemError } from '../lib/problem'
import { t } from './language.svelte'

/** A failure as a sentence with a way out, in the language of the page. */
export function failureInWords(error: unknown): string {
  if (!(error instanceof ProblemError)) return t('problem.unreachable')
  const { name, detail, title } = error.problem
  switch (name) {
    case 'busy':
    case 'not-found':
    case 'not-ready':
      return t(`problem.${name}`)
    case 'invalid-request':
      return t('problem.invalid-request', { detail: detail || title })
    default:
      return t('problem.other', { detail: detail || title || String(error.problem.status) })
  }
}
