/** Runs it while no other tab of this browser does. Where there are no locks (plain HTTP from elsewhere) it just runs. */
export const alone = <T>(name: string, run: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? (navigator.locks.request(name, run) as Promise<T>) : run()
