import { ProblemError } from '../../lib/problem'
import { failureInWords } from '../failure'
import { t } from '../language.svelte'

/**
 * Why the room did not do something. A refusal that ends by itself is told in the language of the page with the
 * seconds beside it; any other keeps the server's own sentence, which says what is wrong and the way out.
 */
export function refusalInWords(error: unknown): string {
  if (!(error instanceof ProblemError)) return t('room.refusal.unsent')
  const { name, detail, retryAfterMs } = error.problem
  switch (name) {
    case 'slow-mode':
    case 'slow-down':
    case 'members-only':
    case 'not-live':
    case 'emoji-only':
    case 'filtered':
      return t(`room.refusal.${name}`)
    case 'muted':
      return t('room.refusal.muted', { detail })
    case 'busy':
    case 'not-ready':
      return failureInWords(error)
    default:
      return t(retryAfterMs === undefined ? 'room.refusal.forbidden' : 'room.refusal.later', { detail })
  }
}
