/** Something that is read when a page opens, and read again when it may have changed. The newest answer counts. */
export class Loaded<T> {
  value = $state.raw<T>()
  failure = $state.raw<unknown>()
  isLoading = $state(false)
  #last = 0

  constructor(private readonly read: () => Promise<T>) {}

  load = async (): Promise<void> => {
    const mine = ++this.#last
    this.isLoading = true
    this.failure = undefined
    try {
      const value = await this.read()
      if (mine === this.#last) this.value = value
    } catch (error) {
      if (mine === this.#last) this.failure = error
    } finally {
      if (mine === this.#last) this.isLoading = false
    }
  }

  /** Shows what an own change has made of it; an answer that is under way is from before. */
  set(value: T): void {
    this.#last++
    this.isLoading = false
    this.failure = undefined
    this.value = value
  }
}
