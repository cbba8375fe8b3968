import type { Admission } from './admission/admission.ts'
import { createRecordAnswers } from './answer-record.ts'
import type { Backend } from './backends/backend.ts'
import { type Batch, type BatchOptions, createBatch } from './batch/create-batch.ts'
import type { Config } from './config/config.ts'
import type { Metering } from './metering.ts'

/** What batch inference needs of the endpoint that it belongs to. */
interface Surroundings extends Pick<BatchOptions, 'store' | 'clock' | 'log' | 'objects' | 'data'> {
  readonly config: Config
  readonly backend: Backend
  readonly admission: Admission
  readonly metering: Metering
}

/** Opens batch inference whose records are answered by the stages that answer calls. */
export function openBatch({ config, backend, admission, metering, ...state }: Surroundings): Batch {
  const { fidelity } = config
  const { takesFaults = false } = backend
  const { now } = state.clock
  const answers = createRecordAnswers({ store: state.store, admission, metering, fidelity, takesFaults, now })
  return createBatch({ ...state, config: config.batch, fidelity, ...answers })
}
