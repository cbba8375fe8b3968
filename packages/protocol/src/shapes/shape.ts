import type { JsonKind, Path, Violation } from './violation.ts'

/** Checks a JSON value that stands at a path and reports every way in which it breaks the shape. */
export type Shape = (value: unknown, at: Path, report: (violation: Violation) => void) => void

/** A JSON object as it comes from a parser: nothing is known of its members. */
export type UnknownObject = { [key: string]: unknown }

/** Checks a value and collects what is wrong with it: as many findings as anybody will read, however hostile it is. */
export function findViolations(shape: Shape, value: unknown): readonly Violation[] {
  const found: Violation[] = []
  shape(value, null, (violation) => {
    if (found.length < mostViolations) found.push(violation)
  })
  return found
}

const mostViolations = 100

/** Whether a value is a JSON object, and neither a list nor null. */
export function isObject(value: unknown): value is UnknownObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Takes a member out of an object, which stays the same object: to copy one may cost more than to parse it. */
export function takeMember(object: UnknownObject, key: string): unknown {
  if (!Object.hasOwn(object, key)) return undefined
  const value = object[key]
  Reflect.deleteProperty(object, key)
  return value
}

/** Extends a path by one step. */
export function step(parent: Path, key: string | number): Path {
  return { parent, key }
}

/** Takes any value. */
export const anything: Shape = () => {}

/** Takes any JSON object, whatever it holds. */
export const anyObject: Shape = (value, at, report) => {
  if (!isObject(value)) reportType('object', value, at, report)
}

/** Takes true and false. */
export const boolean: Shape = (value, at, report) => {
  if (typeof value !== 'boolean') reportType('boolean', value, at, report)
}

export interface StringLimits {
  readonly least?: number
  readonly most?: number
  readonly among?: readonly string[]
  /** A pattern as its dialect writes it, and a test that takes linear time. */
  readonly pattern?: { readonly source: string; readonly test: (value: string) => boolean }
}

/** Takes strings within limits. */
export function string(limits: StringLimits = {}): Shape {
  const { least, most, among, pattern } = limits
  return (value, at, report) => {
    if (typeof value !== 'string') return reportType('string', value, at, report)
    reportLength(value, value.length, at, report, least, most)
    if (among !== undefined && !among.includes(value)) report({ kind: 'enum', at, value, allowed: among })
    if (pattern !== undefined && !pattern.test(value)) report({ kind: 'pattern', at, value, pattern: pattern.source })
  }
}

/** Takes base64 strings that hold at least so many bytes. */
export function blob(isBase64: (value: string) => boolean, least = 0): Shape {
  return (value, at, report) => {
    if (typeof value !== 'string' || !isBase64(value)) return reportType('blob', value, at, report)
    reportLength(value, value.length === 0 ? 0 : 1, at, report, least)
  }
}

/** Takes numbers within limits; whole ones only, when asked. */
export function number(limits: {
  readonly least?: number
  readonly most?: number
  readonly isInteger?: boolean
}): Shape {
  const { least, most, isInteger = false } = limits
  const kind: JsonKind = isInteger ? 'integer' : 'number'
  return (value, at, report) => {
    if (typeof value !== 'number' || (isInteger && !Number.isInteger(value))) return reportType(kind, value, at, report)
    if (least !== undefined && value < least) report({ kind: 'least', at, value, limit: least, isInteger })
    if (most !== undefined && value > most) report({ kind: 'most', at, value, limit: most, isInteger })
  }
}

/** Takes whole numbers within limits. */
export function integer(limits: { readonly least?: number; readonly most?: number } = {}): Shape {
  return number({ ...limits, isInteger: true })
}

/** Takes lists within limits whose items all have one shape. */
export function list(of: Shape, limits: { readonly least?: number; readonly most?: number } = {}): Shape {
  return (value, at, report) => {
    if (!Array.isArray(value)) return reportType('list', value, at, report)
    reportLength(value, value.length, at, report, limits.least, limits.most)
    for (let index = 0; index < value.length; index += 1) of(value[index], { parent: at, key: index }, report)
  }
}

export interface Members {
  readonly required?: Readonly<Record<string, Shape>>
  readonly optional?: Readonly<Record<string, Shape>>
  /** Refuses members that the shape does not name. */
  readonly isClosed?: boolean
  /** Takes a member that is null for one that is absent, and removes it, as AWS's parsers do. */
  readonly dropsNull?: boolean
}

/** Takes objects with named members. */
export function object({ required = {}, optional = {}, isClosed = false, dropsNull = false }: Members): Shape {
  const shapes = new Map(Object.entries({ ...required, ...optional }))
  const requiredKeys = Object.keys(required)
  const names = [...shapes.keys()]
  const check = (value: UnknownObject, key: string, at: Path, report: (violation: Violation) => void): void => {
    const shape = shapes.get(key)
    if (dropsNull && value[key] === null) Reflect.deleteProperty(value, key)
    else if (shape !== undefined) shape(value[key], { parent: at, key }, report)
    else if (isClosed) report({ kind: 'extraneous', at, key })
  }
  const checkOpen = (value: UnknownObject, at: Path, report: (violation: Violation) => void): void => {
    let found: Map<string, Violation[]> | undefined
    let member = ''
    const keep = (violation: Violation): void => {
      found ??= new Map()
      const before = found.get(member)
      if (before === undefined) found.set(member, [violation])
      else if (before.length < mostViolations) before.push(violation)
    }
    for (member of names) if (Object.hasOwn(value, member)) check(value, member, at, keep)
    if (found !== undefined) reportInOrder(found, value, report)
  }
  return (value, at, report) => {
    if (!isObject(value)) return reportType('object', value, at, report)
    if (isClosed) for (const key of Object.keys(value)) check(value, key, at, report)
    else checkOpen(value, at, report) // by the known names: a hostile value has a million that nobody reads
    for (const key of requiredKeys) if (!Object.hasOwn(value, key)) report({ kind: 'required', at, key })
  }
}

/** Reports what was found in members in the order in which the value has them. */
function reportInOrder(
  found: ReadonlyMap<string, readonly Violation[]>,
  value: UnknownObject,
  report: (violation: Violation) => void,
): void {
  const names = found.size > 1 ? Object.keys(value) : found.keys()
  for (const name of names) for (const violation of found.get(name) ?? []) report(violation)
}

/** Takes objects whose keys and values all have one shape. */
export function map(key: Shape, of: Shape, limits: { readonly least?: number; readonly most?: number } = {}): Shape {
  return (value, at, report) => {
    if (!isObject(value)) return reportType('object', value, at, report)
    const keys = Object.keys(value)
    reportLength(value, keys.length, at, report, limits.least, limits.most)
    for (const name of keys) {
      const here = step(at, name)
      key(name, here, report)
      of(value[name], here, report)
    }
  }
}

/** Takes what a shape takes, and null. */
export function nullable(shape: Shape): Shape {
  return (value, at, report) => {
    if (value !== null) shape(value, at, report)
  }
}

/** Takes a string, or else what a shape takes. */
export function stringOr(shape: Shape): Shape {
  return (value, at, report) => {
    if (typeof value !== 'string') shape(value, at, report)
  }
}

/** Takes objects whose member `tag` says which of the variants they are; a variant not named here passes when open. */
export function tagged(
  tag: string,
  variants: Readonly<Record<string, Shape>>,
  options: { readonly isOpen: boolean },
): Shape {
  const shapes = new Map(Object.entries(variants))
  const allowed = [...shapes.keys()]
  return (value, at, report) => {
    if (!isObject(value)) return reportType('object', value, at, report)
    const name = Object.hasOwn(value, tag) ? value[tag] : undefined
    if (name === undefined) return report({ kind: 'required', at, key: tag })
    if (typeof name !== 'string') return reportType('string', name, step(at, tag), report)
    const shape = shapes.get(name)
    if (shape !== undefined) shape(value, { parent: at, key: name, isTag: true }, report)
    else if (!options.isOpen) report({ kind: 'tag', at, tag, value: name, allowed })
  }
}

/** Takes objects with exactly one member, which must be one of those named. */
export function union(members: Readonly<Record<string, Shape>>): Shape {
  const shapes = new Map(Object.entries(members))
  const allowed = [...shapes.keys()]
  return (value, at, report) => {
    if (!isObject(value)) return reportType('object', value, at, report)
    const keys = Object.keys(value)
    const found = keys.length === 1 ? keys : keys.filter((key) => value[key] !== null)
    const only = found[0]
    const shape = only === undefined || found.length > 1 ? undefined : shapes.get(only)
    if (only === undefined || shape === undefined) return report({ kind: 'union', at, found, allowed })
    // Nulls stand for what is absent, and go, so that the one member that is left tells which variant it is.
    if (keys.length > 1) for (const key of keys) if (key !== only) Reflect.deleteProperty(value, key)
    shape(value[only], { parent: at, key: only }, report)
  }
}

function reportType(expected: JsonKind, found: unknown, at: Path, report: (violation: Violation) => void): void {
  report({ kind: 'type', at, expected, found })
}

function reportLength(
  value: string | object,
  length: number,
  at: Path,
  report: (violation: Violation) => void,
  least?: number,
  most?: number,
): void {
  if (least !== undefined && length < least) report({ kind: 'tooShort', at, value, length, limit: least })
  if (most !== undefined && length > most) report({ kind: 'tooLong', at, value, length, limit: most })
}
