import { describe, expect, it } from 'vitest'
import { Entitlements, type EntitlementsPush } from '../src/stores/entitlements.svelte'

class FakeHub {
  readonly called: string[] = []
  push: (body: Partial<EntitlementsPush>) => void = () => undefined
  #connected: () => void = () => undefined

  call = async <T>(method: string): Promise<T> => {
    this.called.push(method)
    return undefined as T
  }
  on = <T>(_: string, handle: (body: T) => void): (() => void) => {
    this.push = handle as typeof this.push
    return () => undefined
  }
  onConnected = (handle: () => void): (() => void) => {
    this.#connected = handle
    handle()
    return () => undefined
  }
  async reconnect(): Promise<void> {
    this.#connected()
    await new Promise((resolve) => setTimeout(resolve))
  }
}

describe('Entitlements', () => {
  it('tells what opened and closed', () => {
    const hub = new FakeHub()
    const heard: EntitlementsPush[] = []
    new Entitlements(hub).onChange((change) => heard.push(change))

    hub.push({ opened: ['content:c-1'] })

    expect(heard).toEqual([{ opened: ['content:c-1'], closed: [] }])
  })

  it('lets doors ask again after a connection was lost, since pushes were lost with it', async () => {
    const hub = new FakeHub()
    const heard: EntitlementsPush[] = []
    new Entitlements(hub).onChange((change) => heard.push(change))
    await hub.reconnect()

    expect(hub.called).toEqual(['WatchEntitlements', 'WatchEntitlements'])
    expect(heard).toHaveLength(1)
  })

  it('tells nobody who left', () => {
    const hub = new FakeHub()
    const heard: EntitlementsPush[] = []
    const leave = new Entitlements(hub).onChange((change) => heard.push(change))
    leave()

    hub.push({ closed: ['content:c-1'] })

    expect(heard).toEqual([])
  })
})
