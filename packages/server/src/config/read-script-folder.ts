import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Script } from '../script.ts'
import type { Place, Problem } from './problem.ts'
import { readSource } from './read-file.ts'
import { scriptsShape } from './script-shape.ts'

const endings = /\.(?:ya?ml|json)$/

/** Reads every script of a folder, its YAML and JSON files in the order of their names; notes everything that is wrong. */
export async function readScriptFolder(folder: string, place: Place, problems: Problem[]): Promise<readonly Script[]> {
  const complain = (message: string): readonly Script[] => {
    problems.push({ place, setting: 'scripts', message })
    return []
  }
  let names: string[]
  try {
    names = (await readdir(folder)).filter((name) => endings.test(name)).sort()
  } catch (cause) {
    return complain(`expected a folder of scripts, found ${explain(cause)} at ${folder}`)
  }
  if (names.length === 0)
    return complain(`expected scripts in files ending in .yaml, .yml or .json, found none in ${folder}`)
  const scripts: Script[] = []
  for (const name of names) {
    const file = join(folder, name)
    let source: string
    try {
      source = await readFile(file, 'utf8')
    } catch (cause) {
      complain(`expected a readable file, found ${explain(cause)} at ${file}`)
      continue
    }
    const found = readSource(source, { file, env: {}, shape: scriptsShape })
    problems.push(...found.problems)
    scripts.push(...(found.value ?? []))
  }
  return scripts
}

function explain(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'nothing'
  if (code === 'ENOTDIR') return 'a file'
  if (code === 'EISDIR') return 'a folder'
  return `something that cannot be read (${String(code ?? cause)})`
}
