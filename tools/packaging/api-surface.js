import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'

const packages = join(import.meta.dirname, '..', '..', 'packages')
const doors = ['index', 'transport', 'cost', 'control', 's3', 'node'].map((name) =>
  join(packages, 'client', 'dist', `${name}.d.ts`),
)
const heading = `// What @outcrop/client promises at this door. A change of it is deliberate: \`npm run packaging -- --update\`.\n\n`

/** Writes the surface of each of the client's doors where it is compared with. */
export function writeSurface() {
  for (const [door, text] of readSurfaces()) {
    mkdirSync(dirname(snapshotOf(door)), { recursive: true })
    writeFileSync(snapshotOf(door), text)
  }
}

/** How the surface of each door differs from what was promised. @returns {(readonly [door: string, faults: string[]])[]} */
export function compareSurface() {
  return readSurfaces().map(([door, text]) => {
    const file = snapshotOf(door)
    return [basename(file), differences(existsSync(file) ? readFileSync(file, 'utf8') : '', text)]
  })
}

/** @param {string} door */
const snapshotOf = (door) => join(packages, 'client', 'api', `${basename(door, '.d.ts')}.d.ts.snapshot`)

/** @param {string} promised @param {string} found */
function differences(promised, found) {
  const [before, now] = [promised.split('\n'), found.split('\n')]
  const [gone, come] = [before.filter((line) => !now.includes(line)), now.filter((line) => !before.includes(line))]
  if (promised !== found && gone.length + come.length === 0) return ['the same lines in another order']
  return [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)]
}

/** @returns {(readonly [door: string, text: string])[]} */
function readSurfaces() {
  const program = ts.createProgram(doors, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    skipLibCheck: true,
  })
  return doors.map((door) => [door, heading + readSurface(program, door)])
}

/** The declarations that a door exports, then those of ours that they speak of. @param {ts.Program} program @param {string} door */
function readSurface(program, door) {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(door)
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file)
  if (module === undefined) return ''
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, target: unalias(checker, symbol) }))
    .sort((a, b) => compare(a.name, b.name))
  const reached = reach(
    checker,
    exported.map(({ target }) => target),
  )
  const promised = new Set(exported.map(({ target }) => target))
  const others = [...reached].filter((symbol) => !promised.has(symbol)).sort((a, b) => compare(a.name, b.name))
  return [
    ...exported.map(({ name, target }) => (name === target.name ? '' : `// exported as ${name}\n`) + print(target)),
    ...others.map((symbol) => `// spoken of\n${print(symbol)}`),
  ].join('\n')
}

/** Everything of ours that declarations speak of, themselves included. @param {ts.TypeChecker} checker @param {readonly ts.Symbol[]} from */
function reach(checker, from) {
  const found = new Set(from)
  for (const symbol of found) for (const declaration of declarationsOf(symbol)) visit(declaration)
  return found

  /** @param {ts.Node} node */
  function visit(node) {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node)
      const target = symbol === undefined ? undefined : unalias(checker, symbol)
      if (target !== undefined && declarationsOf(target).length > 0) found.add(target)
    }
    ts.forEachChild(node, visit)
  }
}

/** The statements of our own packages that declare it. @param {ts.Symbol} symbol */
function declarationsOf(symbol) {
  return (symbol.declarations ?? []).map(toStatement).filter((node) => node !== undefined)
}

/** @param {ts.Declaration} declaration */
function toStatement(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  const isOurs = statement.getSourceFile().fileName.startsWith(packages)
  return isOurs && ts.isSourceFile(statement.parent) && !ts.isImportDeclaration(statement) ? statement : undefined
}

const printer = ts.createPrinter({ removeComments: true })

/** @param {ts.Symbol} symbol */
function print(symbol) {
  const statements = declarationsOf(symbol)
  if (statements.length === 0) return `// ${symbol.name}, of another package\n`
  return statements
    .map((node) => `${printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())}\n`)
    .join('')
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
const unalias = (checker, symbol) =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

/** By code units, the same on every machine. @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
