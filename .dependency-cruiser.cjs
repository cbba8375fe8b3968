const stages = 'edge|identity|admission|routing|backends|control|admin|batch|config|dialects'

/**
 * The import rules of the house: protocol ← client ← server ← cli, and stages that never import each other.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'protocol-stands-alone',
      comment: 'Pure values in, values out: no Node modules, no packages, nothing of ours',
      severity: 'error',
      from: { path: '^packages/protocol/src', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { pathNot: '^packages/protocol/src' },
    },
    {
      name: 'server-knows-protocol-and-client-only',
      severity: 'error',
      from: { path: '^packages/server' },
      to: { path: '^packages/(cli|console|testkit)/' },
    },
    {
      name: 'client-is-for-calls-outward',
      comment: 'The client is what the endpoint calls others with: models of another place, and buckets',
      severity: 'error',
      from: {
        path: '^packages/server/src',
        pathNot: ['\\.test\\.ts$', '^packages/server/src/(backends|storage/objects)/'],
      },
      to: { path: '^packages/client/' },
    },
    {
      name: 'protocol-imports-nobody',
      severity: 'error',
      from: { path: '^packages/protocol' },
      to: { path: '^packages/(server|cli|client|console|testkit)/' },
    },
    {
      name: 'client-runs-anywhere',
      comment: 'Node built-ins and the AWS SDK are behind the Node door; the rest runs in workers and browsers',
      severity: 'error',
      from: {
        path: '^packages/client/src',
        pathNot: ['\\.(test|fixture)\\.ts$', '^packages/client/src/(node/|node\\.ts$|platform/node\\.ts$)'],
      },
      to: {
        path: [
          '^node_modules/(@aws-sdk|@smithy|undici)/',
          '^(node:)?(assert|buffer|child_process|crypto|dns|events|fs|fs/promises|http|http2|https|module|net|os|path|perf_hooks|process|stream|tls|tty|url|util|v8|vm|worker_threads|zlib)$',
        ],
      },
    },
    {
      name: 'peer-of-anthropic-bedrock-alone',
      comment: 'The transport, the costs and the control plane need no Anthropic SDK',
      severity: 'error',
      from: {
        path: '^packages/client/src',
        pathNot: ['\\.test\\.ts$', '^packages/client/src/(anthropic/|index\\.ts$)'],
      },
      to: { path: '@anthropic-ai/' },
    },
    {
      name: 'stages-never-import-each-other',
      comment: 'gateway.ts is the only file that knows them all; stages share call.ts, exchange.ts and protocol',
      severity: 'error',
      from: { path: `^packages/server/src/(${stages})/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^packages/server/src/(${stages})/`, pathNot: '^packages/server/src/$1/' },
    },
    {
      name: 'stages-do-not-know-the-gateway',
      severity: 'error',
      from: { path: `^packages/server/src/(${stages})/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/server/src/(gateway|index)\\.ts$' },
    },
    {
      name: 'only-doors-between-packages',
      comment:
        'A package is entered by its index.ts, the client by its other doors too; recorded traffic, which no package exports, is there for the tests of all',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/[^/]+/(src|dist)/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/(src|dist)/index\\.(ts|js|d\\.ts)$',
          '^packages/client/(src|dist)/(transport|cost|control|s3|node)\\.(ts|js|d\\.ts)$',
          '\\.fixture\\.ts$',
        ],
      },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { pathNot: '(\\.(test|fixture)\\.ts$|/test/)' },
      to: { path: '(\\.(test|fixture)\\.ts$|^packages/[^/]+/test/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The runtimes' runner has packages of its own, which are installed when it runs.
    exclude: { path: '^packages/[^/]+/dist/|^packages/client/test/runtimes/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['outcrop-source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
