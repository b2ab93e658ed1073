const systems = ['iPhone', 'iPad', 'Android', 'Windows', 'Macintosh', 'Linux']
const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

/** What this device is called in the list of sessions: enough to know it again, not more. */
export function deviceName(agent: string): string {
  const system = systems.find((name) => agent.includes(name)) ?? ''
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1] ?? ''
  return [browser, system === 'Macintosh' ? 'macOS' : system].filter(Boolean).join(' · ')
}
