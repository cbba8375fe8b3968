/** What the control plane refuses with. [?] None of these has a recording (WIRE §13), but for the beginning of the last two. */
export const controlTexts = {
  profileNotFound: 'Inference profile not found.',
  systemProfileKept: "System-defined inference profiles can't be deleted.",
  tokenReused:
    'The clientRequestToken was used before for a request with other parameters. Use another token, or send the same request.',
  tooManyProfiles: (most: number) =>
    `You have reached the limit of ${most} application inference profiles in this Region. Delete one and try again.`,
  // The words of the service model's own description.
  tooManyTags: (most: number) =>
    `The request contains more tags than can be associated with a resource (${most} tags per resource). The maximum number of tags includes both existing tags and those included in your current request.`,
  // Those of other AWS services.
  reservedTagKey: 'aws: prefixed tag key names are not allowed for external use.',
  duplicateTagKey: (key: string) => `The tag key ${key} is given more than once. Give each key once.`,
  resourceNotFound: (arn: string) => `The resource ${arn} was not found.`,
  loggingNowhere: 'The loggingConfig must have a cloudWatchConfig or an s3Config.',
  bucketName: (name: string) => `The bucket name ${name} is invalid.`,
  // WIRE §7.4 has this of a log group, with its role.
  bucketRefused: (bucket: string) => `Failed to validate permissions for S3 bucket: ${bucket}`,
  bucketRefusedWithRole: (bucket: string, role: string) =>
    `Failed to validate permissions for S3 bucket: ${bucket}, with role: ${role}`,
} as const
