import { SvelteMap } from 'svelte/reactivity'
import type { t as shopWords } from '../../i18n/shop'
import type { Text } from '../../lib/protocol'
import { localized, word } from '../language.svelte'
import type { Participant } from '../participant.svelte'
import { contentHref, href, roomHref } from '../route.svelte'

export interface Place {
  name: string
  href?: string
  lang?: string
}

const titles = new SvelteMap<string, Text>()
const asked = new Set<string>()

/** What somebody may enter, by name, and where it is. Titles that are not known yet are asked for once. */
export function nameOfScope(scope: string, participant: Participant, t: typeof shopWords): Place {
  const { catalogue } = participant
  const colon = scope.indexOf(':')
  const [kind, id] = [scope.slice(0, colon), scope.slice(colon + 1)]
  switch (kind) {
    case 'content': {
      const title = localized(catalogue.title(id) ?? titleOf(scope, () => participant.api.content(id)))
      return { name: title.value || id, lang: title.lang, href: contentHref(id) }
    }
    case 'room': {
      const name = word(titleOf(scope, () => participant.api.room(id))) || id
      return { name: t('offer.opens.room', { name }), href: roomHref(id) }
    }
    case 'creator':
      return { name: t('offer.opens.creator', { name: word(catalogue.creatorName(id)) || id }), href: href('shop', id) }
    case 'community':
      return {
        name: t('offer.opens.community', { name: word(catalogue.communityName(id)) || id }),
        href: href('membership', id),
      }
    case 'tier':
      return { name: t('offer.opens.tier', { name: id }) }
    default:
      return { name: scope }
  }
}

function titleOf(scope: string, read: () => Promise<{ title: Text }>): Text | undefined {
  const known = titles.get(scope)
  if (!known && !asked.has(scope)) {
    asked.add(scope)
    read().then(
      ({ title }) => titles.set(scope, title),
      // The id stands in its place; asking again for every row would only add load.
      () => undefined,
    )
  }
  return known
}
