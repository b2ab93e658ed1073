import { at, type Http } from '../http'
import type { Money } from '../money'
import type { Page } from '../protocol'
import type {
  CommunityZone,
  Coupon,
  CouponCheck,
  EntitlementAnswer,
  Gift,
  Income,
  Invoice,
  Leaders,
  LibraryItem,
  NewOffer,
  Offer,
  Order,
  OrderPreview,
  OrderRequest,
  Payment,
  Payout,
  PaymentMethods,
  Points,
  Quote,
  RefundAsk,
  Seller,
  Subscription,
  Tip,
  TipRequest,
  Wallet,
  WalletPosting,
} from './protocol'

type Cursor = string | number
/** Whose earnings: a creator's, a community's, or one's own of what one referred. */
export type Earner = { creator: string } | { community: string } | 'affiliate'

function earnings(of: Earner, what: 'income' | 'statement' | 'payouts'): string {
  if (of === 'affiliate') return `/v1/affiliate/${what}`
  return 'creator' in of
    ? at(`/v1/creators/{}/${what}`, of.creator)
    : at(`/v1/communities/{}/${what}`, of.community)
}

/** What is sold, what was bought, and what that is worth. Calls that move money carry the key of their attempt. */
export class ShopApi {
  constructor(private readonly http: Http) {}

  offers = (query: Seller & { content?: string; cursor?: Cursor }): Promise<Page<Offer>> =>
    this.http.get('/v1/offers', { limit: 50, ...query })
  offer = (id: string): Promise<Offer> => this.http.get(at('/v1/offers/{}', id))
  createOffer = (offer: NewOffer): Promise<Offer> => this.http.post('/v1/offers', offer)
  changePrice = (id: string, price: Money, from?: string): Promise<Offer> =>
    this.http.put(at('/v1/offers/{}/price', id), { price, ...(from ? { from } : {}) })
  withdrawOffer = (id: string): Promise<Offer> => this.http.delete(at('/v1/offers/{}', id))

  order = (request: OrderRequest, key: string): Promise<Order> => this.http.post('/v1/orders', request, key)
  preview = (request: Omit<OrderRequest, 'expected'>): Promise<OrderPreview> =>
    this.http.post('/v1/orders/preview', request)
  tip = (request: TipRequest, key: string): Promise<Order> => this.http.post('/v1/tips', request, key)
  tips = (creator: string): Promise<{ items: Tip[] }> => this.http.get(at('/v1/creators/{}/tips', creator))
  orderOf = (id: string): Promise<Order> => this.http.get(at('/v1/orders/{}', id))
  orders = (cursor?: Cursor): Promise<Page<Order>> => this.http.get('/v1/orders', { limit: 20, cursor })
  cancelOrder = (id: string): Promise<Order> => this.http.post(at('/v1/orders/{}/cancel', id))
  askRefund = (id: string, reason: string): Promise<Order> =>
    this.http.post(at('/v1/orders/{}/refunds', id), { ...(reason ? { reason } : {}) })

  refundAsks = (seller: Seller): Promise<{ items: RefundAsk[] }> => this.http.get('/v1/refund-asks', { ...seller })
  giveBack = ({ order, amount, line }: RefundAsk, key: string): Promise<Order> =>
    this.http.post(at('/v1/orders/{}/refunds', order), { amount: amount.minorUnits, ...(line ? { line } : {}) }, key)
  declineRefund = (id: string): Promise<Order> => this.http.post(at('/v1/orders/{}/refunds/decline', id))

  payments = (): Promise<PaymentMethods> => this.http.get('/v1/payments')
  wallet = (): Promise<Wallet> => this.http.get('/v1/wallet')
  postings = (cursor?: Cursor): Promise<Page<WalletPosting>> => this.http.get('/v1/wallet/postings', { cursor })
  topUp = (amount: Money, token: string, key: string): Promise<Order> =>
    this.http.post('/v1/wallet/topups', { amount, token }, key)

  library = (cursor?: Cursor): Promise<Page<LibraryItem>> => this.http.get('/v1/library', { cursor })
  invoices = (cursor?: Cursor): Promise<Page<Invoice>> => this.http.get('/v1/invoices', { cursor })
  invoice = (number: string): Promise<Invoice> => this.http.get(at('/v1/invoices/{}', number))
  entitlement = (resource: string): Promise<EntitlementAnswer> => this.http.get('/v1/entitlements', { resource })

  coupon = (code: string, offer: string): Promise<CouponCheck> => this.http.get(at('/v1/coupons/{}', code), { offer })
  coupons = (seller: Seller): Promise<{ items: Coupon[] }> => this.http.get('/v1/coupons', { ...seller })
  createCoupon = (coupon: Coupon & Seller): Promise<Coupon> => this.http.post('/v1/coupons', coupon)
  withdrawCoupon = (code: string): Promise<unknown> => this.http.delete(at('/v1/coupons/{}', code))

  subscriptions = (): Promise<{ items: Subscription[] }> => this.http.get('/v1/subscriptions')
  subscription = (id: string, change: 'cancel' | 'resume'): Promise<Subscription> =>
    this.http.post(at('/v1/subscriptions/{}/{}', id, change))
  paySubscription = (id: string, pay: Payment): Promise<Subscription> =>
    this.http.put(at('/v1/subscriptions/{}/payment', id), { ...pay })

  gifts = (): Promise<{ items: Gift[] }> => this.http.get('/v1/gifts')
  claimGift = (code: string): Promise<Gift> => this.http.post(at('/v1/gifts/{}/claim', code))

  quotes = (): Promise<Page<Quote>> => this.http.get('/v1/quotes')
  quotesOf = (creator: string): Promise<Page<Quote>> => this.http.get(at('/v1/creators/{}/quotes', creator))
  askQuote = (creator: string, text: string, key: string): Promise<Quote> =>
    this.http.post('/v1/quotes', { creator, text }, key)
  quoteStep = (id: string, step: string, body?: unknown): Promise<Quote> =>
    this.http.post(at('/v1/quotes/{}/{}', id, step), body)
  acceptQuote = (id: string, request: { pay: Payment; expected: Money }, key: string): Promise<Order> =>
    this.http.post(at('/v1/quotes/{}/accept', id), request, key)

  income = (of: Earner): Promise<Income> => this.http.get(earnings(of, 'income'))
  platformIncome = (): Promise<Income> => this.http.get('/v1/platform/income')
  statement = (of: Earner, cursor?: Cursor): Promise<Page<WalletPosting>> =>
    this.http.get(earnings(of, 'statement'), { cursor })
  payouts = (of: Earner): Promise<{ items: Payout[] }> => this.http.get(earnings(of, 'payouts'))
  payOut = (of: Earner, amount: Money, key: string): Promise<Payout> =>
    this.http.post(earnings(of, 'payouts'), { amount }, key)

  points = (): Promise<Points> => this.http.get('/v1/points')
  pointsSettings = (settings: { listed?: boolean; timeZone?: string }): Promise<Points> =>
    this.http.put('/v1/points/settings', settings)
  communityZone = (community: string): Promise<CommunityZone> =>
    this.http.get(at('/v1/communities/{}/points', community))
  setCommunityZone = (community: string, timeZone: string): Promise<CommunityZone> =>
    this.http.put(at('/v1/communities/{}/points', community), { timeZone })
  leaders = (community: string, period: 'week' | 'all'): Promise<Leaders> =>
    this.http.get(at('/v1/communities/{}/leaders', community), { period, limit: 20 })
}
