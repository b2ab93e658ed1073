import { createSubscriber } from 'svelte/reactivity'

const stepMs = 250
const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, stepMs)
  return () => clearInterval(timer)
})

/** The time of day, for what counts down: whoever shows it is shown it anew four times a second. */
export const clock = {
  get now(): number {
    subscribe()
    return Date.now()
  },
}
