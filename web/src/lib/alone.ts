/** Runs it while no other tab of this browser does. Over plain HTTP from elsewhere there are no locks: it just runs. */
export const alone = <T>(name: string, run: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? (navigator.locks.request(name, run) as Promise<T>) : run()
