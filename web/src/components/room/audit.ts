import type { RoomEntry } from '../../lib/room/protocol'
import { t } from '../../stores/language.svelte'

const settingsInWords = (entry: RoomEntry): string =>
  Object.entries(entry.settings ?? {})
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join('; ')

/** One act of moderation as a sentence. */
export function auditInWords(entry: RoomEntry, nameOf: (user: string) => string | undefined): string {
  const by = entry.name ?? t('room.audit.platform')
  const whom = entry.user ? (nameOf(entry.user) ?? entry.user) : ''
  const reason = entry.reason ? t('room.audit.reason', { reason: entry.reason }) : ''
  switch (entry.kind) {
    case 'muted':
    case 'unmuted':
    case 'banned':
    case 'unbanned':
    case 'historyErased':
      return t(`room.audit.${entry.kind}`, { by, whom }) + reason
    case 'roleGranted':
      return t('room.audit.roleGranted', { by, whom, role: t(`room.role.${entry.role ?? 'visitor'}`) })
    case 'held':
      return t('room.audit.held', { by, text: entry.text ?? '' })
    case 'deleted':
      return (
        t('room.audit.deleted', {
          by,
          whom: nameOf(entry.author ?? '') ?? entry.author ?? t('room.questions.nobody'),
          text: entry.text ?? '',
        }) + reason
      )
    case 'approved':
    case 'rejected':
    case 'started':
    case 'ended':
      return t(`room.audit.${entry.kind}`, { by })
    case 'settingsChanged':
      return t('room.audit.settingsChanged', { by, settings: settingsInWords(entry) })
    default:
      return entry.kind
  }
}
