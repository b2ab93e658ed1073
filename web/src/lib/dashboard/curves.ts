import type { Curve } from './protocol'

/** How many seconds of the past are kept and shown. */
export const curveSeconds = 600

/**
 * What is kept with what has come since. Values of the same second are replaced, since the running second still grows;
 * seconds that nobody told of are zero, or for a level such as the audience what it was before.
 */
export function merged<Name extends string>(
  kept: Curve<Name> | undefined,
  fresh: Curve<Name>,
  names: readonly Name[],
  levels: readonly Name[] = [],
): Curve<Name> {
  const length = fresh[names[0]!].length
  const end = fresh.from + length
  const from = Math.max(end - curveSeconds, Math.min(kept?.from ?? fresh.from, fresh.from))
  const series = names.map((name) => {
    const values: number[] = []
    for (let second = from; second < end; second++) {
      const value = at(fresh, name, second) ?? at(kept, name, second)
      values.push(value ?? (levels.includes(name) ? (values.at(-1) ?? 0) : 0))
    }
    return [name, values] as const
  })
  return { from, ...Object.fromEntries(series) } as Curve<Name>
}

const at = <Name extends string>(curve: Curve<Name> | undefined, name: Name, second: number): number | undefined =>
  curve?.[name][second - curve.from]

export interface Step {
  /** The first second of it, since 1970. */
  from: number
  values: number[]
}

/** The newest part of some series in steps, newest first, for a table: sums, or for levels the last value. */
export function steps(from: number, series: readonly (readonly number[])[], length: number, isLevel: boolean): Step[] {
  const count = series[0]?.length ?? 0
  const list: Step[] = []
  for (let end = count; end > 0; end -= length) {
    const start = Math.max(0, end - length)
    const values = series.map((one) => {
      const part = one.slice(start, end)
      return isLevel ? (part.at(-1) ?? 0) : part.reduce((sum, value) => sum + value, 0)
    })
    list.push({ from: from + start, values })
  }
  return list
}
