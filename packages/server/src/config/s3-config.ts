/** Where buckets are, and by which keys they are called. */
export interface S3Config {
  /** A URL of an S3 of somebody's own; AWS's when absent. */
  readonly endpoint?: string
  /** The Region that calls are signed for; the endpoint's own `region` when absent. */
  readonly region?: string
  /** Keys, or `default`: those of the environment, else the AWS chain. */
  readonly credentials: 'default' | S3Keys
  /** Whether buckets stand in the path; at an endpoint of one's own they do, at AWS they do not. */
  readonly pathStyle?: boolean
}

/** AWS keys, as the configuration has them. */
export interface S3Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The S3 that the environment names; the variable that names every service of AWS is not asked: it may name this endpoint itself. */
export function s3OfEnvironment(env: Readonly<Record<string, string | undefined>>): S3Config | undefined {
  const endpoint = env['AWS_ENDPOINT_URL_S3']?.trim()
  return endpoint ? { endpoint, credentials: 'default' } : undefined
}
