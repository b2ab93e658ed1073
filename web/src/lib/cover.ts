// Cover art drawn from the content's id alone: the same id is the same picture everywhere, without a file or a request.

export interface Stroke {
  d: string
  tone: 'fill-a' | 'fill-b' | 'fill-c' | 'line-b'
}

export const coverWidth = 160
export const coverHeight = 96

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

/** mulberry32: small, and the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const circle = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`

type Pattern = (random: () => number) => Stroke[]

/** Layered hills under a sun. */
const hills: Pattern = (random) => {
  const layers = range(3).map((layer): Stroke => {
    const base = 48 + layer * 17
    const [a, b, c] = range(3).map(() => (random() - 0.5) * 36) as [number, number, number]
    const ridge = `C30 ${base + a} 50 ${base + b} 80 ${base}S130 ${base + c} 160 ${base - b / 3}`
    return { d: `M0 ${base}${ridge}V96H0Z`, tone: (['fill-b', 'fill-a', 'fill-c'] as const)[layer]! }
  })
  return [{ d: circle(30 + random() * 100, 24 + random() * 12, 9 + random() * 6), tone: 'fill-a' }, ...layers]
}

/** Overlapping rings, as a drop makes them. */
const rings: Pattern = (random) => {
  const [x, y] = [30 + random() * 100, 25 + random() * 50]
  return [
    {
      d: range(9)
        .map((ring) => circle(x, y, 10 + ring * 13))
        .join(''),
      tone: 'line-b',
    },
    { d: circle(x, y, 10), tone: 'fill-a' },
    { d: circle(160 - x, 96 - y, 4 + random() * 5), tone: 'fill-b' },
  ]
}

/** Quarter circles in a grid, each turned at random. */
const quarters: Pattern = (random) => {
  const tiles = range(15).map((index) => {
    const [x, y, size] = [(index % 5) * 32, Math.floor(index / 5) * 32, 32]
    const corner = Math.floor(random() * 4)
    const [cx, cy] = [x + (corner % 2) * size, y + (corner > 1 ? size : 0)]
    const [sx, sy] = [corner % 2 ? -size : size, corner > 1 ? -size : size]
    const sweep = sx * sy > 0 ? 1 : 0
    return { d: `M${cx} ${cy}h${sx}A${size} ${size} 0 0 ${sweep} ${cx} ${cy + sy}Z`, roll: random() }
  })
  return [
    {
      d: tiles
        .filter(({ roll }) => roll < 0.34)
        .map(({ d }) => d)
        .join(''),
      tone: 'fill-a',
    },
    {
      d: tiles
        .filter(({ roll }) => roll >= 0.34 && roll < 0.86)
        .map(({ d }) => d)
        .join(''),
      tone: 'fill-b',
    },
  ]
}

/** Fish-scale waves. */
const waves: Pattern = (random) => {
  const lift = random() * 12
  const scales = range(5).flatMap((row) =>
    range(7).map((column) => ({ x: column * 30 - (row % 2) * 15, y: 34 + row * 20 + lift })),
  )
  const arcs = (r: number): string => scales.map(({ x, y }) => `M${x - r} ${y}a${r} ${r} 0 0 1 ${2 * r} 0`).join('')
  const filled = scales.filter(() => random() < 0.16)
  return [
    { d: filled.map(({ x, y }) => `M${x - 15} ${y}a15 15 0 0 1 30 0Z`).join(''), tone: 'fill-a' },
    { d: arcs(15) + arcs(10) + arcs(5), tone: 'line-b' },
  ]
}

/** Standing bars, as of a voice. */
const bars: Pattern = (random) => {
  const phase = random() * 6
  const stroke = (index: number): string => {
    const height = 14 + Math.abs(Math.sin(index * 0.55 + phase)) * 46 + random() * 14
    return `M${8 + index * 9} ${48 - height / 2}h4v${height}h-4Z`
  }
  const strokes = range(17).map(stroke)
  const from = Math.floor(random() * 12)
  return [
    { d: strokes.filter((_, index) => index < from || index > from + 3).join(''), tone: 'fill-b' },
    { d: strokes.slice(from, from + 4).join(''), tone: 'fill-a' },
  ]
}

/** The lattice of a window, with a few panes filled. */
const lattice: Pattern = (random) => {
  const step = 20
  const lines = range(15)
    .map((i) => `M${i * step - 100} 0l100 100M${i * step} 0l-100 100`)
    .join('')
  const panes = range(7).map(() => {
    const [column, row] = [1 + Math.floor(random() * 7), Math.floor(random() * 4)]
    const [x, y] = [column * step, 10 + row * step]
    return `M${x} ${y}l10 10l-10 10l-10 -10Z`
  })
  return [
    { d: panes.join(''), tone: 'fill-a' },
    { d: lines, tone: 'line-b' },
  ]
}

const patterns: Pattern[] = [hills, rings, quarters, waves, bars, lattice]

export function cover(id: string): Stroke[] {
  const seed = hash(id)
  return patterns[seed % patterns.length]!(seeded(seed))
}
