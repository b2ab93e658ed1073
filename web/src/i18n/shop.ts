import { wordsOf } from '../stores/language.svelte'
import { enShop } from './en-shop'
import { zhShop } from './zh-shop'

export const t = wordsOf({ en: enShop, zh: zhShop })
