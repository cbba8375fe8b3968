/** Partitions by the prefix of their Regions; every other Region is in `aws` (WIRE §1.1). */
const partitions: ReadonlyArray<readonly [prefix: string, partition: string]> = [
  ['us-gov-', 'aws-us-gov'],
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
]

/** Names the AWS partition that a Region belongs to: the second field of its ARNs. */
export function partitionOf(region: string): string {
  for (const [prefix, partition] of partitions) if (region.startsWith(prefix)) return partition
  return 'aws'
}
