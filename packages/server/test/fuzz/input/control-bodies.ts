const resourceARN = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr'
const tags = [
  { key: 'team', value: 'a' },
  { key: 'cost center', value: '' },
]

/** Bodies of the control plane that between them name every member. */
export const controlBodies: Readonly<Record<'profile' | 'tag' | 'untag' | 'logging', readonly object[]>> = {
  profile: [
    {
      inferenceProfileName: 'team a',
      description: 'What team A calls.',
      clientRequestToken: 'a-1',
      modelSource: { copyFrom: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8' },
      tags,
    },
  ],
  tag: [{ resourceARN, tags }],
  untag: [{ resourceARN, tagKeys: ['team', 'cost center'] }],
  logging: [
    {
      loggingConfig: {
        cloudWatchConfig: {
          logGroupName: 'group',
          roleArn: 'arn:aws:iam::123456789012:role/logs',
          largeDataDeliveryS3Config: { bucketName: 'my-large', keyPrefix: 'large' },
        },
        s3Config: { bucketName: 'my-logs', keyPrefix: 'bedrock' },
        textDataDeliveryEnabled: true,
        imageDataDeliveryEnabled: true,
        embeddingDataDeliveryEnabled: false,
        videoDataDeliveryEnabled: true,
        audioDataDeliveryEnabled: false,
      },
    },
  ],
}
