import { wordsOf } from '../stores/language.svelte'
import { enAccount } from './en-account'
import { zhAccount } from './zh-account'

export const t = wordsOf({ en: enAccount, zh: zhAccount })
