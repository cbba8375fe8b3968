import { readFileSync } from 'node:fs'
import type { ScopePreference } from '@outcrop/client/transport'
import { Command, InvalidArgumentError, Option } from 'commander'
import { addAccess } from './access/describe.ts'
import type { CalibrateOptions } from './calibrate/calibrate.ts'
import type { ChatOptions } from './chat/chat.ts'
import type { DoctorOptions } from './doctor/patient.ts'
import type { EnvOptions } from './env/env.ts'
import type { Io } from './io.ts'
import type { ModelsOptions } from './models/models.ts'
import type { ServeOptions } from './serve/serve.ts'
import type { UsageOptions } from './usage/usage.ts'

/** Describes every command; each loads its code only when it runs. `done` is told the exit code of those that have one. */
export function createProgram(io: Io, done: (exitCode: number) => void): Command {
  const program = new Command('outcrop')
    .description('Claude on Amazon Bedrock, wherever you are')
    .version(readVersion(), '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text.replace(/^error: /, 'outcrop: ')),
    })
    .showHelpAfterError('("outcrop --help" tells more)')
    .addHelpText(
      'after',
      help(['outcrop serve', 'eval "$(outcrop env)"', 'outcrop chat "Hello, world"'], exitCodesHelp),
    )
  addServe(program, io, done)
  addEnv(program, io)
  addChat(program, io)
  addModels(program, io)
  addAccess(program, io)
  addUsage(program, io)
  addDoctor(program, io, done)
  addCalibrate(program, io)
  return program
}

function addServe(program: Command, io: Io, done: (exitCode: number) => void): void {
  program
    .command('serve')
    .description('run the endpoint until it is told to stop')
    .option('-c, --config <file>', 'settings in YAML or JSON; flags win over them')
    .option('--host <address>', 'where to listen (default: 127.0.0.1)')
    .option('-p, --port <number>', 'port to listen on; 0 takes any free one (default: 5151)')
    .option('--data <folder>', 'where to keep what outlives a restart (default: ./outcrop-data)')
    .option('--ephemeral', 'keep everything in memory, and touch no disk')
    .option('--region <region>', 'region of callers whose credentials name none (default: us-east-1)')
    .option('--fidelity <truth>', 'guide, or aws for measured behaviour alone (default: guide)')
    .option('--auth <mode>', 'open, or strict to verify every signature and key (default: open)')
    .option('--access <policy>', 'access to models: granted, ask, admin or never (default: granted)')
    .option('--insecure', 'let an open endpoint listen beyond this machine')
    .option('--tls-cert <file>', 'certificate in PEM: speak HTTPS, with HTTP/2 by ALPN')
    .option('--tls-key <file>', 'the key to it, in PEM')
    .option('--pace <tokens>', 'tokens a second of simulated streams; 0 for no pause (default: 100)')
    .option('--script <folder>', 'answer by the scripts in these YAML and JSON files before the simulator')
    .option('--script-strict', 'refuse what no script matches, and say which was nearest')
    .option('--seed <word>', 'equal seeds give equal simulated answers')
    .option('--calibration <file>', 'count tokens as "outcrop calibrate" learned it from real calls')
    .addHelpText(
      'after',
      help(['outcrop serve', 'outcrop serve --port 0 --pace 0', 'outcrop serve --config outcrop.yaml']),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve/serve.ts')
      done(await serve(options, io))
    })
}

function addEnv(program: Command, io: Io): void {
  const examples = [
    'eval "$(outcrop env)"',
    'outcrop env --shell fish | source',
    'outcrop env --shell powershell | Out-String | Invoke-Expression',
    'eval "$(outcrop env --claude-code)" && claude',
    'eval "$(outcrop env --claude-code mantle)" && claude',
    'eval "$(outcrop env --unset)"',
  ]
  const notes =
    'It sets the endpoints of Bedrock, its runtime and STS, and no other service. A region and placeholder\n' +
    'keys are added only where AWS clients would find none, because they refuse to call without.'
  program
    .command('env')
    .description('print what points AWS and Anthropic clients at the endpoint')
    .addOption(
      new Option('--shell <shell>', 'whose language to print (default: yours)').choices(['sh', 'fish', 'powershell']),
    )
    .addOption(urlOption())
    .addOption(
      new Option(
        '--claude-code [mode]',
        'also switch Claude Code to bedrock (the default), mantle, or plain: as Anthropic itself',
      ).choices(['bedrock', 'mantle', 'plain']),
    )
    .option('--unset', 'print what takes away what was set before, and nothing else')
    .option('--json', 'print JSON')
    .addHelpText('after', help(examples, notes))
    .action(async (options: EnvOptions) => {
      const { env } = await import('./env/env.ts')
      await env(options, io)
    })
}

function addChat(program: Command, io: Io): void {
  const examples = [
    'outcrop chat "Hello, world"',
    'outcrop chat --file report.pdf "What does it say?"',
    'outcrop chat --url aws --region eu-west-1 --scope geo "Hello, world"',
    'git diff | outcrop chat "Review this"',
    'outcrop chat                              (a conversation; Ctrl-C stops an answer, Ctrl-D ends)',
  ]
  const notes =
    'Credentials come from AWS_BEARER_TOKEN_BEDROCK, else AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and\n' +
    "AWS_SESSION_TOKEN, else AWS's whole chain (profiles, SSO, containers, roles); a call to this machine with none\n" +
    'of them is not signed. The answer goes to standard output, tokens and their cost at list prices to standard error.'
  program
    .command('chat')
    .description('ask a model through a running endpoint')
    .argument('[prompt...]', 'what to ask; a pipe is added to it; without either, a conversation')
    .option('-m, --model <id>', 'an alias, a model id, a profile id or an ARN', 'claude-opus-4-6')
    .option('-s, --system <text>', 'a system prompt')
    .option('-f, --file <file>', 'show a PDF, an image, a document or a text file; may be repeated', collect)
    .option('--max-tokens <number>', 'the longest answer, in tokens', positive)
    .option('--timeout <seconds>', 'give up on an endpoint that is silent for so long (default: 120)', positive)
    .addOption(bedrockUrlOption())
    .option('--region <region>', 'region to call (default: AWS_REGION, or us-east-1)')
    .option('--profile <name>', 'a profile of ~/.aws to sign with')
    .addOption(
      new Option('--wire <wire>', 'how the question travels (default: converse)').choices([
        'converse',
        'invoke',
        'runtime-messages',
        'mantle',
        'auto',
      ]),
    )
    .option('--scope <list>', 'scopes that may answer a model called by its name: global,geo,in-region', scopes)
    .option('--json', 'print the whole answer as one line of JSON')
    .addHelpText('after', help(examples, notes))
    .action(async (words: readonly string[], options: ChatOptions) => {
      const { chat } = await import('./chat/chat.ts')
      await chat(words, options, io)
    })
}

function addModels(program: Command, io: Io): void {
  const examples = [
    'outcrop models',
    'outcrop models show opus-4.6',
    'outcrop models --url http://127.0.0.1:5151 --json',
    'outcrop models --url aws --region eu-west-1',
  ]
  const notes = 'Without --url and OUTCROP_URL the built-in catalogue answers; with one of them, that endpoint.'
  const models = program
    .command('models')
    .description('list the Claude models, and the scopes that each answers in')
    .enablePositionalOptions()
    .addOption(fidelityOption())
    .option('--url <url>', 'ask this endpoint what it serves, or the region\'s own with "aws" (default: OUTCROP_URL)')
    .option('--region <region>', 'region to ask about (default: AWS_REGION, or us-east-1)')
    .option('--profile <name>', 'a profile of ~/.aws to sign with')
    .option('--json', 'print JSON')
    .addHelpText('after', help(examples, notes))
    .action(async (options: ModelsOptions) => {
      const { listModels } = await import('./models/models.ts')
      await listModels(options, io)
    })
  models
    .command('show')
    .description('print everything that the catalogue knows about one model')
    .argument('<id>', 'an alias, a model id, a profile id or an ARN')
    .addOption(fidelityOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      help(['outcrop models show claude-haiku-4-5', 'outcrop models show us.anthropic.claude-opus-4-6-v1 --json']),
    )
    .action(async (id: string, options: Pick<ModelsOptions, 'fidelity' | 'json'>) => {
      const { showModel } = await import('./models/show.ts')
      showModel(id, options, io)
    })
}

function addUsage(program: Command, io: Io): void {
  const examples = [
    'outcrop usage',
    'outcrop usage --by user,model --from 2026-11-01 --to 2026-11-30',
    'outcrop usage --by tag:team --json',
  ]
  const notes =
    'Days are those of UTC, both included. A strict endpoint tells its operators alone: those whose credential has\n' +
    '"admin: true". Costs are list prices; where no source gives one, the sum says "+ ?".'
  program
    .command('usage')
    .description('add up what the calls of an endpoint used and cost')
    .option('--from <day>', 'the first day (default: 29 days before the last)')
    .option('--to <day>', 'the last day (default: today, by the endpoint)')
    .option('--by <groups>', 'day, account, region, user, model, scope, wire, batch, profile, tag:KEY', 'model')
    .addOption(urlOption())
    .option('--region <region>', 'region to sign for (default: AWS_REGION, or us-east-1)')
    .option('--profile <name>', 'a profile of ~/.aws to sign with')
    .option('--json', 'print JSON')
    .addHelpText('after', help(examples, notes))
    .action(async (options: UsageOptions) => {
      const { showUsage } = await import('./usage/usage.ts')
      await showUsage(options, io)
    })
}

function addDoctor(program: Command, io: Io, done: (exitCode: number) => void): void {
  const examples = [
    'outcrop doctor',
    'outcrop doctor --endpoint http://127.0.0.1:5151',
    'outcrop doctor --model claude-haiku-4-5 --region eu-west-1 --json',
  ]
  const notes =
    'It looks at credentials, identity (STS), Region, endpoint, clock, proxy, access and model, and ends with 1 when a\n' +
    'call would fail. It makes no call that costs unless --call is given, and prints no secret.'
  program
    .command('doctor')
    .description('say why a call of Claude would fail, at Outcrop and AWS alike')
    .option('-m, --model <id>', 'an alias, a model id, a profile id or an ARN (default: claude-opus-4-6)')
    .option('--region <region>', 'region to call (default: AWS_REGION, or us-east-1)')
    .option(
      '--endpoint <url>',
      "where calls go (default: as the environment says, or the region's own endpoint of AWS)",
    )
    .option('--profile <name>', 'a profile of ~/.aws to sign with')
    .option('--call', 'also make one real call of a few tokens, which costs what it costs')
    .option('--json', 'print JSON')
    .addHelpText('after', help(examples, notes))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor/doctor.ts')
      done(await doctor(options, io))
    })
}

function addCalibrate(program: Command, io: Io): void {
  const notes =
    'Each line is a call that Bedrock answered: {"modelId": …, "body": {…}, "inputTokens": 123}. The body is that of\n' +
    'InvokeModel or Converse; inputTokens is all input, what was read from and written to the cache included.\n' +
    'Nothing leaves this machine.'
  program
    .command('calibrate')
    .description('fit the token counts of the simulator to real calls, and say how far they are off')
    .argument('<file>', 'JSON, a call a line; - reads standard input')
    .option('--out <file>', 'write what was learned, for "outcrop serve --calibration"')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      help(['outcrop calibrate calls.jsonl', 'outcrop calibrate calls.jsonl --out calibration.json'], notes),
    )
    .action(async (file: string, options: CalibrateOptions) => {
      const { calibrateFrom } = await import('./calibrate/calibrate.ts')
      await calibrateFrom(file, options, io)
    })
}

const exitCodesHelp = 'Exit codes: 0 done, 1 failed, 2 asked for something that does not exist.'

function help(examples: readonly string[], notes = ''): string {
  return `\nExamples:\n${examples.map((line) => `  ${line}\n`).join('')}${notes && `\n${notes}\n`}`
}

function urlOption(): Option {
  return new Option('--url <url>', 'the endpoint (default: OUTCROP_URL, or http://127.0.0.1:5151)')
}

function bedrockUrlOption(): Option {
  const where = 'the endpoint, or the region\'s own of AWS with "aws"'
  return new Option(
    '--url <url>',
    `${where} (default: OUTCROP_URL, else ANTHROPIC_BEDROCK_BASE_URL or AWS_ENDPOINT_URL, else http://127.0.0.1:5151)`,
  )
}

function fidelityOption(): Option {
  const option = new Option('--fidelity <truth>', 'the guide, or aws for measured data alone')
  return option.choices(['guide', 'aws']).default('guide')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

const knownScopes: readonly ScopePreference[] = ['global', 'geo', 'in-region']

function scopes(text: string): readonly ScopePreference[] {
  return text.split(',').map((name) => {
    const scope = knownScopes.find((known) => known === name.trim())
    if (scope === undefined) throw new InvalidArgumentError(`expected some of ${knownScopes.join(',')}.`)
    return scope
  })
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1.')
  return Number(text)
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
