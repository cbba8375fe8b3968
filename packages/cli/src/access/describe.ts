import type { Command } from 'commander'
import type { Io } from '../io.ts'
import type { RequestOptions } from './access.ts'
import type { DecideOptions } from './decide.ts'
import type { AccessOptions } from './place.ts'

/** Describes `outcrop access` and what it does. */
export function addAccess(program: Command, io: Io): void {
  const access = program.command('access').description('list, request, grant and revoke access to models')
  placed(access.command('list').description("list the account's access to models in a region"))
    .option('-m, --model <id>', 'one model alone')
    .action(async (options: AccessOptions & { readonly model?: string }) => {
      const { listAccess } = await import('./access.ts')
      await listAccess(options, io)
    })
  placed(access.command('request').description('put the form where it is missing, and make the agreement for a model'))
    .argument('<model>', 'an alias, a model id or a profile id')
    .option('--form <file>', 'the use-case form as JSON')
    .option('--company <name>', 'companyName of the form')
    .option('--website <url>', 'companyWebsite of the form')
    .option('--users <kind>', 'intendedUsers of the form (default: 0)')
    .option('--industry <name>', 'industryOption of the form (default: Technology)')
    .option('--use-case <text>', 'useCases of the form')
    .action(async (model: string, options: RequestOptions) => {
      const { requestAccess } = await import('./access.ts')
      await requestAccess(model, options, io)
    })
  for (const word of ['grant', 'revoke'] as const) {
    placed(access.command(word).description(`${word} access to a model, as the operator of an endpoint of Outcrop`))
      .argument('<model>', 'an alias, a model id or a profile id')
      .option('--account <id>', 'one account alone (default: all)')
      .action(async (model: string, options: DecideOptions) => {
        const { decideAccess } = await import('./decide.ts')
        await decideAccess(word, model, options, io)
      })
  }
}

function placed(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'the endpoint, or the region\'s own of AWS with "aws" (default: OUTCROP_URL, else http://127.0.0.1:5151)',
    )
    .option('--region <region>', 'region that is meant')
    .option('--profile <name>', 'a profile of ~/.aws to sign with')
    .option('--json', 'print JSON')
}
