/** Where the provider's form is opened: it is told whom it may give the token to, and in which language it is read. */
export function formAddress(form: string, origin: string, language: string): string {
  const address = new URL(form, origin)
  address.searchParams.set('origin', origin)
  address.searchParams.set('language', language)
  return address.href
}

/** The token in a message of the provider's form; none in any other message. */
export function cardTokenIn(data: unknown): { token: string; label: string } | undefined {
  const { kind, token, last4 } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  if (kind !== 'engage-card' || typeof token !== 'string' || !/^tok_[\w-]{1,100}$/.test(token)) return undefined
  return { token, label: /^\d{4}$/.test(String(last4)) ? `•••• ${String(last4)}` : '' }
}
