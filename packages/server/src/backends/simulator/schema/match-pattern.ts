import { parsePattern, type PatternNode } from './pattern.ts'

/** How much may still be done with patterns; whoever matches or makes takes from it what that took. */
export interface PatternMeter {
  patternSteps: number
}

/**
 * Whether a pattern matches somewhere in a text, in time linear in the text: a set of states walks it once, so no
 * pattern can make it back-track. Nothing, when the pattern is beyond us or the meter runs out.
 */
export function matchesPattern(source: string, text: string, meter: PatternMeter): boolean | undefined {
  meter.patternSteps -= source.length + text.length
  if (meter.patternSteps <= 0) return undefined
  const program = compile(source)
  if (program === undefined) return undefined
  meter.patternSteps -= program.length
  return run(
    program,
    Array.from(text, (char) => char.codePointAt(0) ?? 0),
    meter,
  )
}

type Step =
  | { readonly op: 'set'; readonly node: Extract<PatternNode, { kind: 'set' }> }
  | { readonly op: 'fork'; first: number; second: number }
  | { readonly op: 'start' | 'end' | 'match' }

const longestProgram = 4_000

class LongProgram extends Error {}

function compile(source: string): readonly Step[] | undefined {
  const node = parsePattern(source)
  if (node === undefined) return undefined
  const program: Step[] = []
  try {
    emit(node, program)
  } catch (error) {
    if (error instanceof LongProgram) return undefined
    throw error
  }
  program.push({ op: 'match' })
  return program
}

function emit(node: PatternNode, program: Step[]): void {
  if (program.length > longestProgram) throw new LongProgram()
  switch (node.kind) {
    case 'set':
      program.push({ op: 'set', node })
      return
    case 'start':
    case 'end':
      program.push({ op: node.kind })
      return
    case 'sequence':
      for (const part of node.parts) emit(part, program)
      return
    case 'choice':
      emitChoice(node.branches, program)
      return
    case 'repeat':
      emitRepeat(node, program)
  }
}

function fork(program: Step[]): Extract<Step, { op: 'fork' }> {
  const step: Extract<Step, { op: 'fork' }> = { op: 'fork', first: program.length + 1, second: program.length + 1 }
  program.push(step)
  return step
}

function emitChoice(branches: readonly PatternNode[], program: Step[]): void {
  const exits: Array<Extract<Step, { op: 'fork' }>> = []
  for (const [at, branch] of branches.entries()) {
    const entry = at < branches.length - 1 ? fork(program) : undefined
    emit(branch, program)
    exits.push(fork(program))
    if (entry !== undefined) entry.second = program.length
  }
  for (const exit of exits) exit.first = exit.second = program.length
}

function emitRepeat({ part, min, max }: Extract<PatternNode, { kind: 'repeat' }>, program: Step[]): void {
  for (let count = 0; count < min; count++) emit(part, program)
  if (max === Infinity) {
    const entry = fork(program)
    const start = program.length - 1
    emit(part, program)
    const back = fork(program)
    back.first = back.second = start
    entry.second = program.length
    return
  }
  const skips: Array<Extract<Step, { op: 'fork' }>> = []
  for (let count = min; count < max; count++) {
    skips.push(fork(program))
    emit(part, program)
  }
  for (const skip of skips) skip.second = program.length
}

function run(program: readonly Step[], codes: readonly number[], meter: PatternMeter): boolean | undefined {
  let states = new Set<number>()
  for (let at = 0; at <= codes.length; at++) {
    // A match may begin at every place.
    if (follow(program, 0, states, at, codes.length)) return true
    meter.patternSteps -= costOf(program, states)
    if (meter.patternSteps <= 0) return undefined
    const code = codes[at]
    if (code === undefined) return false
    const next = new Set<number>()
    for (const state of states) {
      const step = program[state]
      if (step?.op !== 'set' || !isInSet(step.node, code)) continue
      if (follow(program, state + 1, next, at + 1, codes.length)) return true
    }
    states = next
  }
  return false
}

/** What it takes to try a character in these states. */
function costOf(program: readonly Step[], states: ReadonlySet<number>): number {
  let cost = states.size
  for (const state of states) {
    const step = program[state]
    if (step?.op === 'set') cost += step.node.ranges.length
  }
  return cost
}

/** Adds a state and all that it reaches without reading a character; true when it reaches the match. */
function follow(program: readonly Step[], from: number, states: Set<number>, at: number, length: number): boolean {
  const open = [from]
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (states.has(state)) continue
    states.add(state)
    const step = program[state]
    if (step === undefined || step.op === 'match') return true
    if (step.op === 'fork') open.push(step.second, step.first)
    else if ((step.op === 'start' && at === 0) || (step.op === 'end' && at === length)) open.push(state + 1)
  }
  return false
}

/** Whether a character belongs to a set. */
export function isInSet({ ranges, negated }: Extract<PatternNode, { kind: 'set' }>, code: number): boolean {
  return ranges.some(([from, to]) => code >= from && code <= to) !== negated
}
