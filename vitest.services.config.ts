import { defineConfig } from 'vitest/config'

// The suites that need services of others, whose addresses `npm run test:services` puts into the environment.
export default defineConfig({
  resolve: { conditions: ['outcrop-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['outcrop-source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.services.test.ts', 'packages/*/test/**/*.services.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
