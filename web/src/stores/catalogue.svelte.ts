import { SvelteMap } from 'svelte/reactivity'
import type { Api } from '../lib/api'
import type { Community, Content, Creator, Page, Text } from '../lib/protocol'

const pageSize = 24
const pagesMax = 20

/** What there is to learn, page by page, and the names that other lists refer to by id. */
export class Catalogue {
  communities = $state.raw<Community[]>([])
  contents = $state.raw<Content[]>([])
  community = $state<string>()
  query = $state('')
  loading = $state(false)
  failure = $state.raw<unknown>()
  #cursor = $state<string | number>()
  #creators = new SvelteMap<string, Text>()
  #titles = new SvelteMap<string, Text>()
  #asked = new Set<string>()
  // The newest thing asked for; what an older one brings or fails to bring no longer matters.
  #last = (): Promise<void> => Promise.resolve()

  constructor(private readonly api: Api) {}

  get hasMore(): boolean {
    return this.#cursor !== undefined
  }

  matching = $derived.by(() => {
    const query = this.query.trim().toLocaleLowerCase()
    if (!query) return this.contents
    return this.contents.filter((content) => this.#words(content).includes(query))
  })

  load = (): Promise<void> =>
    this.#attempt(async () => {
      if (this.communities.length === 0) this.communities = await all(this.api.communities)
      if (this.#creators.size === 0) {
        for (const { id, name } of await all(this.api.creators)) this.#creators.set(id, name)
      }
      await this.#readPage()
    })

  show(community: string | undefined): Promise<void> {
    this.community = community
    this.contents = []
    this.#cursor = undefined
    return this.load()
  }

  more = (): Promise<void> => this.#attempt(() => this.#readPage(this.#cursor))

  /** Does again what failed last. */
  retry = (): Promise<void> => this.#attempt(this.#last)

  creatorName(id: string): Text | undefined {
    const name = this.#creators.get(id)
    // Once the list is here, a creator who is not in it has come since.
    if (!name && this.#creators.size > 0 && !this.#asked.has(id)) void this.#ask(id)
    return name
  }

  communityName = (id: string): Text | undefined => this.communities.find((community) => community.id === id)?.name
  title = (id: string): Text | undefined => this.#titles.get(id)

  /** The place of a community in the list decides the colour of its covers, so that neighbours differ. */
  glaze(community: string): number {
    return Math.max(
      0,
      this.communities.findIndex(({ id }) => id === community),
    )
  }

  remember(titles: { id: string; title: Text }[]): void {
    for (const { id, title } of titles) this.#titles.set(id, title)
  }

  async #readPage(cursor?: string | number): Promise<void> {
    const community = this.community
    const page = await this.api.contents({
      limit: pageSize,
      ...(community ? { community } : {}),
      ...(cursor !== undefined ? { cursor } : {}),
    })
    // Another filter was chosen meanwhile: this answer is to a question nobody asks any more.
    if (community !== this.community) return
    this.contents = cursor !== undefined ? [...this.contents, ...page.items] : page.items
    this.#cursor = page.cursor ?? undefined
    this.remember(page.items)
  }

  async #attempt(read: () => Promise<void>): Promise<void> {
    this.#last = read
    this.loading = true
    this.failure = undefined
    try {
      await read()
    } catch (error) {
      if (this.#last === read) this.failure = error
    } finally {
      if (this.#last === read) this.loading = false
    }
  }

  async #ask(id: string): Promise<void> {
    this.#asked.add(id)
    try {
      this.#creators.set(id, (await this.api.creator(id)).name)
    } catch {
      // The card stands without the name; asking again for every card would only add load.
    }
  }

  #words({ title, creator, tags = [] }: Content): string {
    const name: Text = this.#creators.get(creator) ?? {}
    return [title.zh, title.en, name.zh, name.en, ...tags].join('\n').toLocaleLowerCase()
  }
}

async function all<T extends Community | Creator>(read: (cursor?: string | number) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | number | undefined
  for (let page = 0; page < pagesMax; page++) {
    const answer = await read(cursor)
    items.push(...answer.items)
    cursor = answer.cursor ?? undefined
    if (cursor === undefined) break
  }
  return items
}
