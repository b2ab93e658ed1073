import { language } from './language.svelte'

/** A day and a time of it, as the language of the page writes them, in the reader's time zone. */
export const moment = (at: string): string =>
  new Date(at).toLocaleString(language.current, { dateStyle: 'medium', timeStyle: 'short' })

/** A day alone. */
export const day = (at: string): string => new Date(at).toLocaleDateString(language.current, { dateStyle: 'medium' })

/** A month such as `2026-11`. */
export const monthText = (month: string): string =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString(language.current, {
    year: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
