import type { JsonObject, Tool } from '@outcrop/protocol'

import type { Hints } from '../hints.ts'

/** What one of Anthropic's versioned tools is for, in words that prompts use; `''` for a caller's own tool. */
export function describeVersionedTool(tool: Tool): string {
  return findVersioned(tool)?.about ?? ''
}

/** A plausible input for one of Anthropic's versioned tools, which bring no schema; nothing for a caller's own. */
export function inputOfVersionedTool(tool: Tool, hints: Hints): JsonObject | undefined {
  return findVersioned(tool)?.input(hints)
}

interface VersionedTool {
  /** What its type starts with; a date follows. */
  readonly prefix: string
  readonly about: string
  readonly input: (hints: Hints) => JsonObject
}

const versioned: readonly VersionedTool[] = [
  {
    prefix: 'bash_',
    about: 'run bash shell terminal command script',
    input: ({ quoted }) => ({ command: quoted[0] ?? 'ls -la' }),
  },
  {
    prefix: 'text_editor_',
    about: 'edit view open file text editor',
    input: ({ paths, quoted }) => ({ command: 'view', path: paths[0] ?? quoted[0] ?? '/repo' }),
  },
  {
    prefix: 'computer_',
    about: 'screenshot screen click mouse keyboard desktop computer',
    input: () => ({ action: 'screenshot' }),
  },
  {
    prefix: 'memory_',
    about: 'memory remember recall note',
    input: () => ({ command: 'view', path: '/memories' }),
  },
  {
    prefix: 'tool_search_',
    about: '',
    input: ({ quoted, text }) => ({ query: quoted[0] ?? text.slice(-120) }),
  },
]

function findVersioned({ type, input_schema }: Tool): VersionedTool | undefined {
  if (typeof type !== 'string' || input_schema !== undefined) return undefined
  return versioned.find(({ prefix }) => type.startsWith(prefix))
}
