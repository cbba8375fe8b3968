import type { BatchConfig } from './batch-config.ts'
import { list, map, value } from './read-file.ts'
import { folder, wholeNumber } from './settings.ts'

const wait = value(wholeNumber(0, 2_592_000_000, 'milliseconds'))
const records = value(wholeNumber(1, 100_000_000, 'records'))
const bytes = value(wholeNumber(1024, 1_099_511_627_776, 'bytes'))

/** The section `batch:` of the configuration file. */
export const batchShape = map<BatchConfig>({
  submitMs: wait,
  validateMs: wait,
  scheduleMs: wait,
  concurrency: value(wholeNumber(1, 256, 'records')),
  minimumRecords: records,
  maximumRecords: records,
  fileBytes: bytes,
  jobBytes: bytes,
  recordBytes: value(wholeNumber(1024, 268_435_456, 'bytes')),
  folders: list(value(folder)),
})
