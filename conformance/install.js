// Puts the pinned clients into conformance/.work, apart from the workspace, and reads their versions.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { packPackages } from '../tools/packaging/pack.js'
import { runToEnd } from './process.js'

const here = import.meta.dirname

/**
 * @typedef {'node' | 'python' | 'frameworks' | 'go' | 'java'} Language
 * @typedef {{ command: string, args: (script: readonly string[]) => string[], folder: string }} Runner
 * @typedef {{
 *   folder: string, python: string, aws: string, versions: Partial<Record<Language, Record<string, string>>>,
 *   runners: Record<Language, Runner>, complaints: Partial<Record<Language, string>>,
 * }} Installed
 */

/**
 * Installs what is missing or no longer what the lock files say. Node and Python are what other clients are run with;
 * a language of its own clients alone is asked for only with them, and its failure is theirs.
 * @param {{ latest: boolean, languages: ReadonlySet<Language> }} options @returns {Promise<Installed>}
 */
export async function installClients({ latest, languages }) {
  const folder = join(here, '.work', latest ? 'latest' : 'pinned')
  /** @type {Partial<Record<Language, string>>} */
  const complaints = {}
  /** @param {Language} language @param {(folder: string, latest: boolean) => Promise<Record<string, string>>} install */
  const lane = async (language, install) => {
    if (!languages.has(language)) return {}
    try {
      return await install(folder, latest)
    } catch (error) {
      complaints[language] = error instanceof Error ? error.message : String(error)
      return {}
    }
  }
  const [node, python3, frameworks, go, java] = await Promise.all([
    installNode(folder, latest),
    installPython(folder, latest),
    lane('frameworks', installFrameworks),
    lane('go', installGo),
    lane('java', installJava),
  ])
  const python = join(folder, 'venv', 'bin', 'python')
  return {
    folder,
    python,
    aws: join(folder, 'venv', 'bin', 'aws'),
    versions: { node, python: python3, frameworks, go, java },
    runners: {
      node: scripts(process.execPath, join(folder, 'typescript')),
      python: scripts(python, join(folder, 'python')),
      frameworks: scripts(join(folder, 'venv-frameworks', 'bin', 'python'), join(folder, 'python')),
      go: { command: join(folder, 'go', 'conformance-go'), args: (script) => [...script], folder: join(folder, 'go') },
      java: {
        command: 'java',
        args: (script) => [
          ...javaOptions,
          '-cp',
          `target/classes${delimiter}target/lib/*`,
          'conformance.Main',
          ...script,
        ],
        folder: join(folder, 'java'),
      },
    },
    complaints,
  }
}

/** A run is short: the first compiler alone starts faster. */
const javaOptions = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** Runs a file of a folder. @param {string} command @param {string} folder @returns {Runner} */
const scripts = (command, folder) => ({
  command,
  args: ([name = '', ...rest]) => [join(folder, name), ...rest],
  folder,
})

/** @param {string} folder @param {boolean} latest */
async function installNode(folder, latest) {
  const source = join(here, 'clients', 'typescript')
  const into = join(folder, 'typescript')
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const names = Object.keys(manifest.dependencies)
  mkdirSync(into, { recursive: true })
  cpSync(source, into, { recursive: true })
  if (latest) {
    manifest.dependencies = Object.fromEntries(names.map((name) => [name, 'latest']))
    writeFileSync(join(into, 'package.json'), JSON.stringify(manifest))
    rmSync(join(into, 'package-lock.json'), { force: true })
  }
  const lock = latest ? String(Date.now()) : readFileSync(join(into, 'package-lock.json'), 'utf8')
  await once(into, lock, () =>
    runToEnd('npm', [latest ? 'install' : 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: into }),
  )
  // Our own client as it would be published, of what was just built: packed, and unpacked beside the others.
  rmSync(join(into, 'node_modules', '@outcrop'), { recursive: true, force: true })
  packPackages(['protocol', 'client'], into)
  const versions = [...names, '@outcrop/client'].map((name) => {
    const { version } = JSON.parse(readFileSync(join(into, 'node_modules', name, 'package.json'), 'utf8'))
    return [name, version]
  })
  return Object.fromEntries(versions)
}

/** @param {string} folder @param {boolean} latest */
const installPython = (folder, latest) => installVenv(folder, latest, 'venv', 'requirements')

/** LangChain and LiteLLM want a newer boto3 than the pinned one, so they have an environment of their own. @param {string} folder @param {boolean} latest */
const installFrameworks = (folder, latest) => installVenv(folder, latest, 'venv-frameworks', 'frameworks')

/** @param {string} folder @param {boolean} latest @param {string} name @param {string} list */
async function installVenv(folder, latest, name, list) {
  const source = join(here, 'clients', 'python')
  const into = join(folder, 'python')
  const venv = join(folder, name)
  mkdirSync(into, { recursive: true })
  cpSync(source, into, { recursive: true })
  const requirements = latest
    ? readFileSync(join(source, `${list}.in`), 'utf8').replace(/==.*$/gm, '')
    : readFileSync(join(source, `${list}.txt`), 'utf8')
  const pip = join(venv, 'bin', 'pip')
  await once(venv, latest ? String(Date.now()) : requirements, async () => {
    rmSync(venv, { recursive: true, force: true })
    await runToEnd('python3', ['-m', 'venv', venv])
    const file = join(into, latest ? `latest-${list}.txt` : `${list}.txt`)
    writeFileSync(file, requirements)
    const exactly = latest ? ['--upgrade'] : ['--require-hashes', '--no-deps']
    await runToEnd(pip, ['install', '--quiet', '--disable-pip-version-check', ...exactly, '-r', file])
  })
  const listed = JSON.parse(await runToEnd(pip, ['list', '--format', 'json', '--disable-pip-version-check']))
  return Object.fromEntries(
    listed.map((/** @type {{ name: string, version: string }} */ { name, version }) => [name, version]),
  )
}

/** @param {string} folder @param {boolean} latest */
async function installGo(folder, latest) {
  const source = join(here, 'clients', 'go')
  const into = join(folder, 'go')
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', GOWORK: 'off' }
  const go = (/** @type {string[]} */ ...args) => runToEnd('go', args, { cwd: into, env })
  mkdirSync(into, { recursive: true })
  const version = await needs('Go 1.26 or newer (`go`)', () => go('version'))
  cpSync(source, into, { recursive: true })
  if (latest) {
    const { Require } = JSON.parse(await go('mod', 'edit', '-json'))
    const direct = Require.filter((/** @type {{ Indirect?: boolean }} */ { Indirect }) => Indirect !== true)
    await go('get', ...direct.map((/** @type {{ Path: string }} */ { Path }) => `${Path}@latest`))
    await go('mod', 'tidy')
  }
  await once(join(into, 'conformance-go'), version + everyText(into, ['.go', 'go.mod', 'go.sum']), () =>
    go('build', '-trimpath', '-o', 'conformance-go', '.'),
  )
  const { Require } = JSON.parse(await go('mod', 'edit', '-json'))
  return Object.fromEntries(
    Require.map((/** @type {{ Path: string, Version: string }} */ { Path, Version }) => [
      Path.replace(/^github\.com\//, ''),
      Version.replace(/^v/, ''),
    ]),
  )
}

/**
 * Maven's repository is kept in .work too. Its versions stay the pinned ones, for Maven has no word for the newest of
 * several modules that go together. @param {string} folder
 */
async function installJava(folder) {
  const source = join(here, 'clients', 'java')
  const into = join(folder, 'java')
  mkdirSync(into, { recursive: true })
  const java = await needs('A JDK of 17 or newer (`java`, `javac`)', async () => {
    await runToEnd('javac', ['-version'])
    return runToEnd('java', ['--version'])
  })
  await needs('Maven 3.8 or newer (`mvn`)', () => runToEnd('mvn', ['--version']))
  const code = join('src', 'main', 'java', 'conformance')
  const lock = java + everyText(source, ['pom.xml']) + everyText(join(source, code), ['.java'])
  await once(into, lock, async () => {
    rmSync(into, { recursive: true, force: true })
    cpSync(source, into, { recursive: true })
    const repository = `-Dmaven.repo.local=${join(here, '.work', 'maven')}`
    await runToEnd('mvn', ['--quiet', '--batch-mode', '--no-transfer-progress', repository, 'process-classes'], {
      cwd: into,
    })
  })
  const pom = readFileSync(join(into, 'pom.xml'), 'utf8')
  const version = (/** @type {string} */ name) => new RegExp(`<${name}>([^<]+)<`).exec(pom)?.[1] ?? 'unknown'
  return Object.fromEntries([
    ...['bedrockruntime', 'bedrock', 'sts'].map((name) => [`software.amazon.awssdk:${name}`, version('aws.version')]),
    ...['anthropic-java', 'anthropic-java-bedrock'].map((name) => [
      `com.anthropic:${name}`,
      version('anthropic.version'),
    ]),
  ])
}

/** Says what is missing on this machine instead of `ENOENT`. @template T @param {string} what @param {() => Promise<T>} ask */
async function needs(what, ask) {
  try {
    return await ask()
  } catch (error) {
    throw new Error(`${what} is missing on this machine; install it, or choose other clients with --only`, {
      cause: error,
    })
  }
}

/** The text of the files of a folder whose names end so. @param {string} folder @param {readonly string[]} ends */
const everyText = (folder, ends) =>
  readdirSync(folder)
    .filter((name) => ends.some((end) => name.endsWith(end)))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\0')

/**
 * Does the work unless it was done to the end before for the same lock.
 * @param {string} folder @param {string} lock @param {() => Promise<unknown>} work
 */
async function once(folder, lock, work) {
  const stamp = `${folder}.installed`
  const hash = createHash('sha256').update(lock).update(process.version).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  rmSync(stamp, { force: true })
  await work()
  writeFileSync(stamp, hash)
}
