import { digitsOf, moneyText, type Money } from '../lib/money'
import { language } from './language.svelte'

/** An amount in the language of the page. */
export const money = (amount: Money): string => moneyText(amount, language.current)

/** Minor units of a currency, or whole points, as the ledger has them. */
export const units = (amount: number, unit: string): string =>
  /^[A-Z]{3}$/.test(unit) ? money({ minorUnits: amount, currency: unit }) : amount.toLocaleString(language.current)

/** Where an amount is typed: an example with as many decimals as the currency has. */
export const amountExample = (currency: string): string =>
  digitsOf(currency) === 0 ? '100' : `9.${'9'.repeat(digitsOf(currency))}`
