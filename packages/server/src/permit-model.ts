import { decodeModelIdLabel } from '@outcrop/protocol'
import type { Admission, AskedCall } from './admission/admission.ts'
import type { RoutedModel } from './routing/route-model.ts'

/** Who asks for what, by the id of a body, or by that of a path as it arrived. */
type Asked = Omit<AskedCall, 'modelId'> & ({ readonly modelId: string } | { readonly rawModelId: string })

/**
 * Finds the model of a call that may run: the credential is judged before the id, so that who may not use a model does not hear
 * whether there is one, then the account's access, and all of it before the body (WIRE §2.3).
 */
export function permitModel(admission: Admission, asked: Asked, route: () => RoutedModel): RoutedModel {
  const { caller, action, isMantle } = asked
  let model: RoutedModel
  try {
    model = route()
  } catch (refusal) {
    const modelId = 'modelId' in asked ? asked.modelId : (decodeModelIdLabel(asked.rawModelId) ?? asked.rawModelId)
    admission.authorizeUnknown({ caller, action, isMantle, modelId })
    throw refusal
  }
  admission.permit({ ...model, caller, action, isMantle })
  return model
}
