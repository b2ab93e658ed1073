import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// The page is served under `default-src 'self'`: nothing may be inlined, neither as a script nor as a data: address.
export default defineConfig({
  plugins: [svelte({ configFile: false })],
  build: { outDir: 'dist', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    proxy: {
      '/v1': 'http://localhost:5080',
      '/hub': { target: 'http://localhost:5080', ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'] },
})
