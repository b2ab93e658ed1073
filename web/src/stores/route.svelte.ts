const prefix = '#/contents/'
const read = (): string | undefined =>
  location.hash.startsWith(prefix) ? decodeURIComponent(location.hash.slice(prefix.length)) : undefined

let content = $state(read())
addEventListener('hashchange', () => (content = read()))

export const contentHref = (id: string): string => prefix + encodeURIComponent(id)

/** The content that is open, kept in the address so that Back, Reload and links work. */
export const route = {
  get content(): string | undefined {
    return content
  },
  open(id: string): void {
    location.hash = contentHref(id)
  },
  close(): void {
    history.pushState(null, '', location.pathname)
    content = undefined
  },
}
