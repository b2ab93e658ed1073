import { describe, expect, it } from 'vitest'
import { reasonInWords } from '../src/lib/reason'

const relatedTitle = { zh: '注意力机制', en: 'Attention' }

describe('reasonInWords', () => {
  it('names what one took, in either language', () => {
    const reason = { kind: 'becauseYouTook', related: 'c-1', relatedTitle }

    expect(reasonInWords(reason, 'en')).toBe('Because you took “Attention”')
    expect(reasonInWords(reason, 'zh')).toBe('因为你学过《注意力机制》')
  })

  it('uses the name the page knows when the reason carries none', () => {
    const reason = { kind: 'followedCreator', related: 'k-lin' }

    expect(reasonInWords(reason, 'zh', { zh: '林老师' })).toBe('来自你关注的林老师')
  })

  it('says it plainly when nobody knows the name', () => {
    expect(reasonInWords({ kind: 'becauseYouTook', related: 'c-9' }, 'en')).toBe('Because of what you took')
    expect(reasonInWords({ kind: 'followedCreator', related: 'k-9' }, 'zh')).toBe('来自你关注的创作者')
  })

  it.each(['trending', 'peopleLikeYou', 'new', 'explore'])('has words of its own for %s', (kind) => {
    expect(reasonInWords({ kind }, 'en')).not.toBe(reasonInWords({ kind: 'unheardOf' }, 'en'))
  })

  it('adds what lifted the item beyond its score', () => {
    expect(reasonInWords({ kind: 'trending', lift: 'variety' }, 'en')).toBe('Many are taking this now · for variety')
    expect(reasonInWords({ kind: 'new', lift: 'fresh' }, 'zh')).toBe('新上架 · 刚刚发布')
    expect(reasonInWords({ kind: 'trending', lift: 'unheardOf' }, 'en')).toBe('Many are taking this now')
  })

  it('still says something for a kind it has never heard of, or none', () => {
    expect(reasonInWords({ kind: 'unheardOf' }, 'zh')).toBe('为你挑选')
    expect(reasonInWords(undefined, 'en')).toBe('Chosen for you')
  })
})
