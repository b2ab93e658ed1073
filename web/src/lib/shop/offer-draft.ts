import { parseAmount } from '../money'
import type { Text } from '../protocol'
import type { Interval, NewOffer, OfferKind } from './protocol'

/** What a seller typed into the form of a new offer. */
export interface OfferDraft {
  kind: Exclude<OfferKind, 'quote'>
  id: string
  titleZh: string
  titleEn: string
  price: string
  currency: string
  interval: Interval
  trialDays: string
  credits: string
  /** What members have besides: off the seller's other offers, and of the usual points. */
  discountPercent: string
  pointsPercent: string
  items: string
  opens: 'all' | 'contents'
  contents: string[]
}

export type DraftField = 'id' | 'title' | 'price' | 'trialDays' | 'benefits' | 'credits' | 'items' | 'contents'

export const emptyDraft = (): OfferDraft => ({
  kind: 'oneOff',
  id: '',
  titleZh: '',
  titleEn: '',
  price: '',
  currency: 'CNY',
  interval: 'month',
  trialDays: '0',
  credits: '10',
  discountPercent: '0',
  pointsPercent: '100',
  items: '',
  opens: 'all',
  contents: [],
})

export const isRecurring = ({ kind }: Pick<OfferDraft, 'kind'>): boolean => kind === 'subscription' || kind === 'tier'

const hasBenefits = (draft: OfferDraft): boolean =>
  Number(draft.discountPercent) > 0 || Number(draft.pointsPercent) > 100
const itemsOf = (draft: OfferDraft): string[] => draft.items.split(/[,，\s]+/).filter(Boolean)
const whole = (text: string, from: number, to: number): boolean =>
  /^\d{1,6}$/.test(text.trim()) && Number(text) >= from && Number(text) <= to

/** The fields that the server would refuse. */
export function wrongIn(draft: OfferDraft): DraftField[] {
  const checks: [DraftField, boolean][] = [
    ['id', /^[\w.-]{1,64}$/.test(draft.id.trim())],
    ['title', Boolean(draft.titleZh.trim() || draft.titleEn.trim())],
    ['price', parseAmount(draft.price, draft.currency) !== undefined],
    ['trialDays', !isRecurring(draft) || whole(draft.trialDays, 0, 365)],
    [
      'benefits',
      !isRecurring(draft) || (whole(draft.discountPercent, 0, 90) && whole(draft.pointsPercent, 100, 500)),
    ],
    ['credits', draft.kind !== 'perUse' || whole(draft.credits, 1, 10_000)],
    ['items', draft.kind !== 'bundle' || itemsOf(draft).length > 0],
    ['contents', draft.kind === 'bundle' || draft.opens === 'all' || draft.contents.length > 0],
  ]
  return checks.filter(([, isRight]) => !isRight).map(([field]) => field)
}

/** The offer as the wire has it. Of a draft without anything wrong in it. */
export function offerOf(draft: OfferDraft, creator: string): NewOffer {
  const title: Text = {
    ...(draft.titleZh.trim() ? { zh: draft.titleZh.trim() } : {}),
    ...(draft.titleEn.trim() ? { en: draft.titleEn.trim() } : {}),
  }
  const scopes = draft.opens === 'all' ? [`creator:${creator}`] : draft.contents.map((id) => `content:${id}`)
  return {
    id: draft.id.trim(),
    seller: { creator },
    kind: draft.kind,
    title,
    // A bundle opens what the offers in it open.
    grants: draft.kind === 'bundle' ? [] : scopes.map((scope) => ({ scope })),
    price: { minorUnits: parseAmount(draft.price, draft.currency) ?? 0, currency: draft.currency },
    ...(isRecurring(draft) ? { interval: draft.interval } : {}),
    ...(isRecurring(draft) && Number(draft.trialDays) > 0 ? { trialDays: Number(draft.trialDays) } : {}),
    ...(isRecurring(draft) && hasBenefits(draft)
      ? { benefits: { discountPercent: Number(draft.discountPercent), pointsPercent: Number(draft.pointsPercent) } }
      : {}),
    ...(draft.kind === 'perUse' ? { credits: Number(draft.credits) } : {}),
    ...(draft.kind === 'bundle' ? { items: itemsOf(draft) } : {}),
  }
}
