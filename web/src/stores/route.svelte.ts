export type Route =
  { page: 'home' } | { page: 'content'; id: string } | { page: 'room'; id: string } | { page: 'dashboard'; id: string }

const home: Route = { page: 'home' }
const patterns: [RegExp, Exclude<Route['page'], 'home'>][] = [
  [/^#\/contents\/([^/]+)$/, 'content'],
  [/^#\/rooms\/([^/]+)$/, 'room'],
  [/^#\/creators\/([^/]+)\/dashboard$/, 'dashboard'],
]

function read(): Route {
  for (const [pattern, page] of patterns) {
    const id = pattern.exec(location.hash)?.[1]
    if (id) return { page, id: decodeURIComponent(id) }
  }
  return home
}

let current = $state.raw<Route>(read())
addEventListener('hashchange', () => (current = read()))

export const contentHref = (id: string): string => `#/contents/${encodeURIComponent(id)}`
export const roomHref = (id: string): string => `#/rooms/${encodeURIComponent(id)}`
export const dashboardHref = (creator: string): string => `#/creators/${encodeURIComponent(creator)}/dashboard`

/** What is open, kept in the address so that Back, Reload and links work. */
export const route = {
  get current(): Route {
    return current
  },
  get content(): string | undefined {
    return current.page === 'content' ? current.id : undefined
  },
  open(id: string): void {
    location.hash = contentHref(id)
  },
  close(): void {
    history.pushState(null, '', location.pathname)
    current = home
  },
}
