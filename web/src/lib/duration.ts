const pad = (value: number): string => String(value).padStart(2, '0')

/** Seconds as the wire writes a length of time: `hh:mm:ss`, with `d.` before it from a day on. */
export function wireDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const days = Math.floor(whole / 86_400)
  const clock = [Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60, whole % 60].map(pad).join(':')
  return days > 0 ? `${days}.${clock}` : clock
}

/** Milliseconds for people: `0:07`, `12:03`, `1:02:03`. Never negative. */
export function clockText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(whole / 3_600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`
}
