import { beforeAll, describe, expect, it, vi } from 'vitest'

let routeOf: (hash: string) => { page: string; id: string }
let href: (page: never, id?: string) => string

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  ;({ routeOf, href } = await import('../src/stores/route.svelte'))
})

describe('addresses', () => {
  it.each([
    ['content', 'c-1', '#/contents/c-1'],
    ['offer', 'content:c-1', '#/offers/content%3Ac-1'],
    ['shop', 'k-1', '#/creators/k-1'],
    ['income', 'k-1', '#/creators/k-1/income'],
    ['ranking', 'g-1', '#/communities/g-1/ranking'],
    ['orders', '', '#/orders'],
    ['reset', 'a.b-c', '#/reset?token=a.b-c'],
  ])('of %s %s lead there and back', (page, id, hash) => {
    expect(href(page as never, id)).toBe(hash)
    expect(routeOf(hash)).toEqual({ page, id })
  })

  it('that say nothing lead home', () => {
    for (const hash of ['', '#', '#/nowhere', '#/orders/', '#/creators/']) {
      expect(routeOf(hash)).toEqual({ page: 'home', id: '' })
    }
  })

  it('that were cut in the middle of a character still lead somewhere', () => {
    expect(routeOf('#/offers/%E4%B8')).toEqual({ page: 'offer', id: '%E4%B8' })
  })
})
