import type { Person } from '../../lib/room/protocol'

/** Whom the dialog about muting, banning and roles is open for. */
export const sanction = $state<{ person: Person | undefined }>({ person: undefined })

export function openSanction(person: Person): void {
  sanction.person = person
}
