// A page and its address after the `#`; `*` stands for an id.
const addresses = {
  content: '/contents/*',
  room: '/rooms/*',
  dashboard: '/creators/*/dashboard',
  products: '/creators/*/products',
  income: '/creators/*/income',
  creatorQuotes: '/creators/*/quotes',
  shop: '/creators/*',
  membership: '/communities/*',
  offer: '/offers/*',
  order: '/orders/*',
  orders: '/orders',
  invoice: '/invoices/*',
  library: '/library',
  subscriptions: '/subscriptions',
  quotes: '/quotes',
  wallet: '/wallet',
  ranking: '/communities/*/ranking',
  communityIncome: '/communities/*/income',
  gift: '/gifts/*',
  account: '/account',
  privacy: '/privacy',
  erased: '/erased/*',
  operator: '/operator',
  audit: '/operator/audit',
  platformIncome: '/operator/income',
  verify: '/verify?token=*',
  forgot: '/forgot',
  reset: '/reset?token=*',
} as const

export type PageName = keyof typeof addresses
export interface Route {
  page: PageName | 'home'
  /** Of what is shown; empty where the page has none. */
  id: string
}

const home: Route = { page: 'home', id: '' }
const patterns = Object.entries(addresses).map(
  ([page, address]) =>
    [page as PageName, new RegExp(`^#${address.replace('?', '\\?').replace('*', '([^/?]+)')}$`)] as const,
)

export function routeOf(hash: string): Route {
  for (const [page, pattern] of patterns) {
    const match = pattern.exec(hash)
    if (match) return { page, id: decoded(match[1] ?? '') }
  }
  return home
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    // A link that was cut in the middle of a character.
    return id
  }
}

let current = $state.raw<Route>(routeOf(location.hash))
addEventListener('hashchange', () => (current = routeOf(location.hash)))

export const href = (page: PageName, id = ''): string => `#${addresses[page].replace('*', encodeURIComponent(id))}`
export const contentHref = (id: string): string => href('content', id)
export const roomHref = (id: string): string => href('room', id)
export const dashboardHref = (creator: string): string => href('dashboard', creator)

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
  go(page: PageName, id = ''): void {
    location.hash = href(page, id)
  },
  close(): void {
    history.pushState(null, '', location.pathname)
    current = home
  },
}
