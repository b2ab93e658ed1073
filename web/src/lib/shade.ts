const shades = 8

/** The glaze that somebody's avatar has wherever she appears. */
export function shade(id: string): number {
  let hash = 0
  for (const char of id) hash = (hash * 31 + char.codePointAt(0)!) >>> 0
  return hash % shades
}
