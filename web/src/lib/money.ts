import type { Language } from '../i18n/messages'

/** An amount as the wire has it: whole minor units (cents, fen, yen) of an ISO 4217 currency. */
export interface Money {
  minorUnits: number
  currency: string
}

const digitsUnknown = 2
const formats = new Map<string, Intl.NumberFormat>()

function formatOf(currency: string, language: Language): Intl.NumberFormat | undefined {
  const key = `${language} ${currency}`
  const known = formats.get(key)
  if (known) return known
  // Anything but three letters is no currency, and Intl would throw.
  if (!/^[A-Z]{3}$/.test(currency)) return undefined
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  formats.set(key, format)
  return format
}

/** How many decimals the currency has: 2 for CNY, 0 for JPY, 3 for KWD. */
export const digitsOf = (currency: string): number =>
  formatOf(currency, 'en')?.resolvedOptions().maximumFractionDigits ?? digitsUnknown

/** Minor units as a decimal number in text. Never through a fraction, so that not one unit is lost. */
export function decimalText(minorUnits: number, digits: number): string {
  const units = Math.abs(minorUnits)
    .toFixed(0)
    .padStart(digits + 1, '0')
  const whole = units.slice(0, units.length - digits)
  const sign = minorUnits < 0 ? '-' : ''
  return digits > 0 ? `${sign}${whole}.${units.slice(-digits)}` : `${sign}${whole}`
}

/** An amount for people, in the language of the page. */
export function moneyText({ minorUnits, currency }: Money, language: Language): string {
  const decimal = decimalText(minorUnits, digitsOf(currency))
  const format = formatOf(currency, language)
  return format ? format.format(decimal as Intl.StringNumericLiteral) : `${decimal} ${currency}`
}

/** What somebody typed as an amount, in minor units; undefined when it is none or has too many decimals. */
export function parseAmount(typed: string, currency: string): number | undefined {
  const digits = digitsOf(currency)
  // Input methods for Chinese type full-width digits and full stops.
  const text = typed.normalize('NFKC').replace('。', '.').trim()
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d*))?$/.exec(text) ?? []
  if (whole === undefined || fraction.length > digits) return undefined
  return Number(whole + fraction.padEnd(digits, '0'))
}
