import type { Offer } from './protocol'

/** What it cost, costs and will cost. The first price has no day of its own: it is as old as the offer. */
export const priceHistory = ({ prices, createdAt }: Offer): Offer['prices'] =>
  prices.map((one) => (Date.parse(one.from) > Date.parse(createdAt) ? one : { ...one, from: createdAt }))
