// Commerce, plans and points on the wire, as docs/protocol.md states them.
import type { Money } from '../money'
import type { Access, Text } from '../protocol'

export type OfferKind = 'oneOff' | 'subscription' | 'tier' | 'perUse' | 'bundle' | 'quote'
export type Interval = 'month' | 'year'
export type OrderState = 'pending' | 'paid' | 'partlyRefunded' | 'refunded' | 'failed' | 'cancelled' | 'expired'
export type PayMethod = 'wallet' | 'card' | 'free'

/** What an offer opens: `content:c-1`, `creator:k-1`, `community:g-1`, `room:r-1`. */
export interface Grant {
  scope: string
  /** Absent: for ever, or for as long as a subscription is paid. */
  days?: number
}

/** A creator, or a community where there is no creator. */
export interface Seller {
  creator?: string
  community?: string
}

/** What members have besides what is opened to them. */
export interface Benefits {
  /** Off the seller's other offers. */
  discountPercent: number
  /** Of the usual points. */
  pointsPercent: number
}

export interface Offer {
  id: string
  kind: OfferKind
  title: Text
  description?: Text
  seller: Seller
  grants: Grant[]
  /** What it costs now. Bespoke work (`quote`) has none: it is asked for first. */
  price: Money
  interval?: Interval
  trialDays?: number
  credits?: number
  items?: string[]
  benefits?: Benefits
  active: boolean
  createdAt: string
  /** In order of time; the first is from its beginning on. */
  prices: { from: string; price: Money }[]
}

export interface NewOffer {
  benefits?: Benefits
  id: string
  seller: Seller
  kind: OfferKind
  title: Text
  grants: Grant[]
  price: Money
  interval?: Interval
  trialDays?: number
  credits?: number
  items?: string[]
}

export interface Payment {
  method: PayMethod
  token?: string
  points?: number
}

export interface OrderRequest {
  offer: string
  quantity?: number
  coupon?: string
  /** `only`: nobody but whom `to` names may take it. */
  gift?: { to?: string; message?: string; only?: true }
  referral?: string
  pay: Payment
  /** What the page showed as due now: where it is another amount by now, nothing is ordered. */
  expected?: Money
}

/** What an order would cost now. */
export interface OrderPreview {
  offer: string
  quantity: number
  /** Before anything is taken off. */
  price: Money
  discount?: { coupon: string; amount: Money }
  member?: { membership: Text; amount: Money }
  total: Money
  points?: { points: number; amount: Money }
  /** What wallet or card is charged now. */
  due: Money
  trial?: { days: number }
  /** What a subscription charges after that. */
  next?: { amount: Money; at: string; interval: Interval }
}

export interface TipRequest {
  creator: string
  amount: Money
  message?: string
  pay: Payment
}

/** What a creator was given, and what was said with it. */
export interface Tip {
  order: string
  from: string
  amount: Money
  at: string
  room?: string
  message?: string
}

export interface OrderLine {
  number: number
  title: Text
  offer?: string
  quantity: number
  price: Money
  amount: Money
  refunded?: Money
}

export interface Order {
  id: string
  kind: string
  offer?: string
  state: OrderState
  quantity: number
  amount: Money
  discount?: { coupon: string; amount: Money }
  member?: { membership: Text; amount: Money }
  points?: { points: number; amount: Money }
  createdAt: string
  paidAt?: string
  expiresAt?: string
  invoice?: number
  payment: { method: string; state: string; failure?: { code: string; detail?: string } }
  refunded?: Money
  refunds?: { number: number; amount: Money; state: string; at: string }[]
  refundAsked?: { amount: Money; at: string; because?: RefundAsk['because']; declinedAt?: string }
  lines: OrderLine[]
  entitlements: string[]
  /** What it belongs to, such as `subscription:s-1` or `gift:code`. */
  subject?: string
}

/** Somebody wants her money back, and whoever sold decides. */
export interface RefundAsk {
  order: string
  buyer: string
  title?: Text
  paid: Money
  amount: Money
  at: string
  because?: 'late' | 'used' | 'unknown' | 'paidOut' | 'part' | 'again'
  reason?: string
  /** Of which line of the order; absent: of all alike. */
  line?: number
}

/** The code of the gift that was bought with it; none where it was bought for oneself. */
export const giftCodeOf = ({ subject }: Order): string | undefined => /^gift:(.+)$/.exec(subject ?? '')?.[1]

export interface Wallet {
  balances: Money[]
  points: number
  level?: number
  streak?: number
}

export interface WalletPosting {
  at: string
  kind: string
  reference: string
  /** A currency, or `points`. */
  unit: string
  amount: number
}

export interface LibraryItem {
  id: string
  offer?: string
  order?: string
  scope: string
  title?: Text
  from: string
  until?: string
}

export interface Invoice {
  number: number
  order: string
  at: string
  amount: Money
  discount?: Money
  lines: OrderLine[]
}

export interface EntitlementAnswer {
  resource: string
  access: Access
  by?: string
  until?: string
  /** Ids, cheapest first. */
  offers: string[]
}

/** How one may pay here. Card numbers go to the provider alone: its form gives a token in place of them. */
export interface PaymentMethods {
  methods: PayMethod[]
  card?: { tokens: string; form: string }
}

export interface CouponCheck {
  code: string
  valid: boolean
  discount?: Money
  price?: Money
  reason?: string
}

export type SubscriptionState = 'trialing' | 'active' | 'pastDue' | 'ended'
export interface Subscription {
  id: string
  offer: string
  title: Text
  state: SubscriptionState
  price: Money
  interval: Interval
  periodEnd: string
  cancelAtPeriodEnd: boolean
  payment: string
  trialEndsAt?: string
  nextAttemptAt?: string
  graceUntil?: string
  endedAt?: string
  priceChange?: { price: Money; from: string }
}

export interface Gift {
  code: string
  order?: string
  offer: string
  title: Text
  state: 'open' | 'claimed' | 'withdrawn'
  from: string
  to?: string
  message?: string
  createdAt: string
  claimedAt?: string
  only?: boolean
}

export type QuoteState =
  'asked' | 'offered' | 'accepted' | 'delivered' | 'approved' | 'declined' | 'expired' | 'disputed' | 'settled'
export interface Quote {
  id: string
  creator: string
  buyer: string
  state: QuoteState
  text: string
  offer?: { price: Money; text?: string; due?: string; validUntil?: string }
  delivery?: { text: string; at: string }
  dispute?: { text: string; at: string }
  order?: string
  createdAt: string
}

export interface Coupon {
  code: string
  percent?: number
  amount?: Money
  uses?: number
  left?: number
  until?: string
}

export interface Income {
  account: string
  from: string
  to: string
  at: string
  totals: {
    currency: string
    gross: number
    shares: number
    refunds: number
    net: number
    payouts: number
    balance: number
  }[]
  kinds: { kind: string; currency: string; net: number; count: number }[]
  months: { month: string; currency: string; net: number; mrr: number; subscriptions: number }[]
}

export interface Payout {
  id: string
  amount: Money
  state: string
  at: string
}

/** Whose days and weeks count in a community. */
export interface CommunityZone {
  timeZone: string
  /** Absent: at any time. */
  changeableFrom?: string
}

export interface Points {
  points: number
  earned: number
  level: number
  levelFrom: number
  /** Absent on the highest level. */
  levelNext?: number
  streak: number
  streakBest: number
  timeZone: string
  listed: boolean
  rules: { rule: string; points: number; perDay: number; done: number }[]
}

export interface Leaders {
  community: string
  period: 'week' | 'all'
  items: { rank: number; user: string; name?: string; points: number; level: number }[]
  me?: { rank?: number; points: number }
}
