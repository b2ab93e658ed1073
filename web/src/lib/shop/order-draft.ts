import type { Money } from '../money'
import type { Offer, OrderPreview, OrderRequest, Payment } from './protocol'

/** What stands in the form of the checkout. */
export interface OrderDraft {
  offer: string
  coupon: string | undefined
  gift: { isGift: boolean; to: string; message: string; isOnly: boolean }
  points: number
}

/** What is paid again and again, or used up bit by bit, is for oneself. */
export const isGivable = ({ kind }: Offer): boolean => kind === 'oneOff' || kind === 'bundle'

/** What has to be payable by what is chosen: of a free trial, what it charges afterwards. */
export const chargeOf = ({ due, next }: OrderPreview): Money => (due.minorUnits === 0 && next ? next.amount : due)

/** What the server is asked for the price of. Whom a gift is for makes it no dearer. */
export const questionOf = ({ offer, coupon, gift, points }: OrderDraft): Omit<OrderRequest, 'expected'> => ({
  offer,
  ...(coupon ? { coupon } : {}),
  ...(gift.isGift ? { gift: {} } : {}),
  pay: { method: 'free', ...(points > 0 ? { points } : {}) },
})

/** The order as it is sent: always with what the page shows as due. */
export const requestOf = (draft: OrderDraft, pay: Payment, shown: OrderPreview): OrderRequest => {
  const [to, message] = [draft.gift.to.trim(), draft.gift.message.trim()]
  return {
    ...questionOf(draft),
    ...(draft.gift.isGift
      ? {
          gift: {
            ...(to ? { to } : {}),
            ...(message ? { message } : {}),
            ...(to && draft.gift.isOnly ? { only: true } : {}),
          },
        }
      : {}),
    pay: { ...pay, ...(draft.points > 0 ? { points: draft.points } : {}) },
    expected: shown.due,
  }
}
