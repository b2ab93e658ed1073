/** Whether a list that takes `newest` into account also takes `event`. A user's events share one partition. */
export function covers(newest: string, event: string): boolean {
  const [newestPartition, newestOffset] = newest.split(':')
  const [eventPartition, eventOffset] = event.split(':')
  return newestPartition === eventPartition && Number(newestOffset) >= Number(eventOffset)
}
