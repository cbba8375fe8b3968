/** What is said of batch jobs. [?] None of these texts is recorded of Bedrock, unless its line says so. */
export const batchTexts = {
  unreadableTimestamp: 'STRING_VALUE cannot be converted to Timestamp', // coral's words for a member of the wrong type
  invalidNextToken: 'The nextToken provided in the request is invalid.',
  jobNotFound: (identifier: string) => `Could not find the batch inference job ${identifier}.`,
  jobEnded: (status: string) => `The batch inference job cannot be stopped because its status is ${status}.`,
  storageClosed: (uri: string) =>
    `Outcrop cannot reach ${uri}: this endpoint has neither buckets nor folders. Open some in its configuration.`,
  /** Documented: records of Converse jobs may not use tools (WIRE §10). */
  converseTools: 'The toolConfig field is not supported in batch inference with the Converse API.',
  noInput: (uri: string) => `No .jsonl file was found at ${uri}.`,
  badRecord: (file: string, line: number, why: string) => `Line ${line} of ${file} is not a valid record: ${why}`,
  tooFewRecords: (count: number, least: number) =>
    `The input has ${count} records. A batch inference job needs at least ${least}.`,
  tooManyRecords: (most: number) =>
    `The input has more than ${most} records, the most that a batch inference job takes.`,
  fileTooLarge: (file: string, most: number) =>
    `The file ${file} is larger than ${most} bytes, the most that a file may have.`,
  jobTooLarge: (most: number) => `The input is larger than ${most} bytes, the most that a batch inference job takes.`,
  inputChanged: (file: string) =>
    `The file ${file} changed while the job was running. Start a new job over the new file.`,
  expired: 'The job timed out before it began. Submit a new job.',
  partly: 'The job timed out before all of its records were processed.',
  defect: 'The job broke off because of an error inside Outcrop; its log says more.',
} as const
