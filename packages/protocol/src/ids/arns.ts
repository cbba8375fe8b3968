import { partitionOf } from './partition.ts'

/** Prints the ARN of a foundation model in a Region; an empty Region gives the form that global profiles list (WIRE §7.2). */
export function foundationModelArn(region: string, modelId: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${modelId}`
}

/** Prints the ARN of an application inference profile, whose id is twelve lower-case letters and digits (WIRE §7.2). */
export function applicationProfileArn(region: string, account: string, id: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}:${account}:application-inference-profile/${id}`
}

/** Prints the ARN of a system-defined inference profile as its caller sees it (WIRE §7.2). */
export function inferenceProfileArn(region: string, account: string, profileId: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}:${account}:inference-profile/${profileId}`
}

/** Prints the ARN of a batch job (WIRE §7.5). */
export function modelInvocationJobArn(region: string, account: string, jobId: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}:${account}:model-invocation-job/${jobId}`
}
