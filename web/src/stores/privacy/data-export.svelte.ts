import { ProblemError } from '../../lib/problem'
import type { PrivacyApi } from '../../lib/privacy/api'
import type { ExportJob } from '../../lib/privacy/protocol'

const pollMs = 1_000

/** Everything about a person, being collected; asked after until it is there, also over a connection that fails. */
export class DataExport {
  state = $state<'idle' | 'running' | 'ready' | 'failed'>('idle')
  data = $state.raw<Record<string, unknown>>()
  failure = $state.raw<unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopped = false

  constructor(private readonly api: Pick<PrivacyApi, 'beginExport' | 'exportOf'>) {}

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async begin(): Promise<void> {
    if (this.state === 'running') return
    this.state = 'running'
    this.failure = undefined
    try {
      this.#show(await this.api.beginExport())
    } catch (error) {
      this.failure = error
      this.state = 'idle'
    }
  }

  #show(job: ExportJob): void {
    this.data = job.data
    this.state = job.state
    if (job.state === 'running') this.#askLater(job.id)
  }

  #askLater(id: string): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#ask(id), pollMs)
  }

  async #ask(id: string): Promise<void> {
    try {
      this.#show(await this.api.exportOf(id))
    } catch (error) {
      if (error instanceof ProblemError && error.isFinal) this.state = 'failed'
      else this.#askLater(id)
    }
  }
}
