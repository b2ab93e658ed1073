import type { Attachment } from 'svelte/attachments'

const visibleMs = 1_000

/** Calls `seen` once at least half of the element was on screen, in a visible page, for one second without a break. */
export function impression(seen: () => void): Attachment {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer)
        if (entry && entry.intersectionRatio >= 0.5) timer = setTimeout(report, visibleMs)
      },
      { threshold: 0.5 },
    )
    const report = (): void => {
      if (document.visibilityState !== 'visible') {
        timer = setTimeout(report, visibleMs)
        return
      }
      observer.disconnect()
      seen()
    }
    observer.observe(element)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }
}
