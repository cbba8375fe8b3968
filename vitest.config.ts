import { defineConfig } from 'vitest/config'

// Workspace packages resolve to their sources, so tests need no build.
export default defineConfig({
  resolve: { conditions: ['outcrop-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['outcrop-source', 'node', 'import', 'default'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'packages/*/examples/**/vitest.test.ts',
      'conformance/*.test.js',
      'tools/**/*.test.js',
    ],
    exclude: ['**/node_modules/**', '**/*.services.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
