import {
  type AllowList,
  compileAllowList,
  foundationModelArn,
  GatewayError,
  parseModelId,
  printModelId,
  texts,
} from '@outcrop/protocol'
import type { AskedCall, PermitCall } from './admission.ts'

/** A credential's list, compiled, and what it has said of the calls so far. */
interface Remembered {
  readonly allows: AllowList
  readonly answers: Map<string, boolean>
}

/** A credential calls few models by few ids; whoever makes up ARNs without end makes it think again. */
const mostAnswers = 1000

const lists = new WeakMap<readonly string[], Remembered>()

/** Throws IAM's refusal of a caller whose credential does not allow a model (WIRE §2.3). Costs nothing where it lists none. */
export function authorize(call: PermitCall): void {
  const { allow } = call.caller
  if (allow === undefined) return
  const { allows, answers } = remembered(allow)
  const { application, model, modelId, profileId = '' } = call
  const key = `${modelId} ${profileId} ${call.caller.region} ${application?.arn ?? ''}`
  let answer = answers.get(key)
  if (answer === undefined) {
    answer = allows({ model, names: [modelId, profileId, resourceOf(call), modelArnOf(call), application?.arn] })
    if (answers.size >= mostAnswers) answers.clear()
    answers.set(key, answer)
  }
  if (!answer) throw denied(call, resourceOf(call))
}

/** The same of an id that means no model to this caller. */
export function authorizeUnknown(call: AskedCall, model: PermitCall['model'] | undefined): void {
  const { caller, modelId } = call
  if (caller.allow === undefined) return
  const parsed = parseModelId(modelId)
  const resource =
    parsed === undefined || parsed.kind === 'name'
      ? foundationModelArn(caller.region, modelId.slice(0, 256))
      : printModelId(parsed)
  if (!remembered(caller.allow).allows({ model, names: [modelId, resource] })) throw denied(call, resource)
}

function remembered(allow: readonly string[]): Remembered {
  const known = lists.get(allow)
  if (known !== undefined) return known
  const made: Remembered = { allows: compileAllowList(allow), answers: new Map() }
  lists.set(allow, made)
  return made
}

/** What IAM would have been asked about: the profile that was called, else the model. [?] On mantle it is a project. */
function resourceOf({ application, profileArn, ...call }: PermitCall): string {
  return application?.arn ?? profileArn ?? modelArnOf(call)
}

function modelArnOf({ caller, model }: Pick<PermitCall, 'caller' | 'model'>): string {
  return foundationModelArn(caller.region, model.modelId)
}

function denied({ caller, action }: AskedCall, resource: string): GatewayError {
  return new GatewayError('notAuthorized', texts.accessDeniedByPolicy(caller.arn, action, resource))
}
