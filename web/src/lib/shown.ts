import type { RecommendedItem } from './protocol'

/** What an impression says of how its item came to be shown: attributes, as docs/protocol.md names them. */
export function shownIn(slot: number, item: Pick<RecommendedItem, 'propensity' | 'explored'>): Record<string, string> {
  return {
    ...(slot >= 0 ? { slot: String(slot) } : {}),
    ...(item.propensity !== undefined ? { propensity: String(item.propensity) } : {}),
    ...(item.explored !== undefined ? { explored: String(item.explored) } : {}),
  }
}
