import { wordsOf } from '../stores/language.svelte'
import { enPrivacy } from './en-privacy'
import { zhPrivacy } from './zh-privacy'

export const t = wordsOf({ en: enPrivacy, zh: zhPrivacy })
