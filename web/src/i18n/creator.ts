import { wordsOf } from '../stores/language.svelte'
import { enCreator } from './en-creator'
import { enShop } from './en-shop'
import { zhCreator } from './zh-creator'
import { zhShop } from './zh-shop'

/** A seller's pages speak of offers and orders as her buyers' pages do. */
export const t = wordsOf({ en: { ...enShop, ...enCreator }, zh: { ...zhShop, ...zhCreator } })
