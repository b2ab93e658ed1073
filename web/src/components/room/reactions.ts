import type { LiveRoom } from '../../stores/room/live-room.svelte'

/** Reactions that are one tap away. */
export const quickReactions = ['👍', '❤️', '😂', '🎉', '🤔'] as const
/** Reactions to the moment. */
export const momentReactions = ['👏', '❤️', '😂', '🎉', '🔥', '👍'] as const

/** Sets one's reaction to a message, or takes it back. The total comes from the room. */
export async function toggleReaction(room: LiveRoom, target: number, emoji: string): Promise<void> {
  const mark = `${target} ${emoji}`
  const on = !room.marks.reacted.has(mark)
  if (!(await room.act({ do: 'reactTo', target, emoji, on }, 'chat'))) return
  if (on) room.marks.reacted.add(mark)
  else room.marks.reacted.delete(mark)
  room.marks.save()
}
