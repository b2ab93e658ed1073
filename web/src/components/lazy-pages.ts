import type { Component } from 'svelte'
import type { Route } from '../stores/route.svelte'

export type PageLoader = () => Promise<{ default: Component<{ id: string }> }>

/** A page that is the same whatever the address says after its name. */
const alone = (load: () => Promise<{ default: unknown }>): PageLoader => load as PageLoader

/** Pages that are loaded when they are opened: whoever only looks at the catalogue does not wait for them. */
export const lazyPages: Partial<Record<Route['page'], PageLoader>> = {
  room: () => import('./room/RoomPage.svelte'),
  dashboard: () => import('./dashboard/DashboardPage.svelte'),
  products: () => import('./creator/ProductsPage.svelte'),
  income: () => import('./creator/IncomePage.svelte'),
  creatorQuotes: () => import('./creator/CreatorQuotesPage.svelte'),
  shop: () => import('./shop/ShopPage.svelte'),
  membership: () => import('./shop/MembershipPage.svelte'),
  offer: () => import('./shop/OfferPage.svelte'),
  order: () => import('./shop/OrderPage.svelte'),
  orders: alone(() => import('./shop/OrdersPage.svelte')),
  invoice: () => import('./shop/InvoicePage.svelte'),
  library: alone(() => import('./shop/LibraryPage.svelte')),
  subscriptions: alone(() => import('./shop/SubscriptionsPage.svelte')),
  quotes: alone(() => import('./shop/QuotesPage.svelte')),
  wallet: alone(() => import('./shop/WalletPage.svelte')),
  ranking: () => import('./shop/RankingPage.svelte'),
  gift: () => import('./shop/GiftPage.svelte'),
  account: alone(() => import('./account/AccountPage.svelte')),
  privacy: alone(() => import('./privacy/PrivacyPage.svelte')),
  operator: alone(() => import('./operator/OperatorPage.svelte')),
  platformIncome: alone(() => import('./operator/PlatformIncomePage.svelte')),
  communityIncome: () => import('./creator/CommunityIncomePage.svelte'),
  audit: alone(() => import('./operator/AuditPage.svelte')),
}
