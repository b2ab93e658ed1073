/** Something done by a press of a button: one at a time, and its failure stays until the next try. */
export class Attempt {
  isBusy = $state(false)
  failure = $state.raw<unknown>()
  isDone = $state(false)

  /** Whether it was done; a press while it is under way is no second one. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy) return false
    this.isBusy = true
    this.failure = undefined
    this.isDone = false
    try {
      await act()
      this.isDone = true
      return true
    } catch (error) {
      this.failure = error
      return false
    } finally {
      this.isBusy = false
    }
  }

  clear(): void {
    this.failure = undefined
    this.isDone = false
  }
}
