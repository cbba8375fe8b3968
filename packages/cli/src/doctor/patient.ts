import type {
  AwsCredentials,
  CallerIdentity,
  FoundationModel,
  FoundationModelAvailability,
  InferenceProfile,
  ServiceQuota,
} from '@outcrop/client/control'
import type { AwsProfile } from '../aws/aws-files.ts'
import type { Credentials } from '../aws/find-credentials.ts'
import type { Io } from '../io.ts'
import type { Proxy } from './find-proxy.ts'
import type { Connection } from './connect.ts'
import type { Owner, Visit } from './visit.ts'

/** What follows `outcrop doctor` on the command line. */
export interface DoctorOptions {
  readonly model?: string
  readonly region?: string
  readonly endpoint?: string
  readonly profile?: string
  readonly json?: boolean
  /** Makes one real call. */
  readonly call?: boolean
}

/** A setting, and which of the places that could name it did. */
export interface Setting {
  readonly value: string
  /** `--region`, `AWS_REGION`; `undefined` where nothing names it and it is what is fallen back to. */
  readonly from: string | undefined
}

/** Where calls go. */
export interface Place extends Setting {
  readonly url: URL
  /** Whether this is a host of AWS, by its name. */
  readonly isAws: boolean
}

/** The lists of an account in a Region. */
export interface Served {
  readonly profiles: readonly InferenceProfile[]
  readonly models: readonly FoundationModel[]
}

/** An account's access to a model. */
export interface Access {
  readonly availability: FoundationModelAvailability
  /** `undefined` where nobody says. */
  readonly isFormFilled: boolean | undefined
}

/**
 * Everything that checks look at. What takes time is a function that finds it once, however many checks ask; each ends with
 * `signal` and rejects as its own kind of failure does.
 */
export interface Patient {
  readonly io: Pick<Io, 'env' | 'now'>
  readonly signal: AbortSignal
  readonly region: Setting
  readonly place: Place
  /** Where the environment says that STS is. */
  readonly sts: string | undefined
  /** The proxy that the environment names for the endpoint, whether or not calls go through it. */
  readonly proxy: Proxy | undefined
  /** Whether calls go through it. */
  readonly isProxied: boolean
  readonly profile: AwsProfile
  /** Whether the profile was named, and by what. */
  readonly profileFrom: string | undefined
  /** What somebody typed. */
  readonly model: string
  /** What a call would prove itself with; a `CommandFailure` says why nothing can be used. */
  readonly credentials: () => Promise<Credentials>
  /** The keys that a signature takes; `undefined` where the call proves itself otherwise or not at all. */
  readonly keys: () => Promise<AwsCredentials | undefined>
  /** Whether there is anything to call with; a call that is not signed counts. */
  readonly canCall: () => Promise<boolean>
  /** To the endpoint, or to the proxy that calls go through. */
  readonly connection: () => Promise<Connection>
  readonly visit: () => Promise<Visit>
  /** Of whom nothing is known until the visit is over. */
  readonly owner: () => Promise<Owner>
  readonly http2: () => Promise<boolean>
  readonly identity: () => Promise<CallerIdentity>
  readonly served: () => Promise<Served>
  /** Whether the account may call a model, by its base id, and whether Anthropic's form is filled in. */
  readonly access: (modelId: string) => Promise<Access>
  /** Whether the services beside Bedrock can be asked: the endpoint is AWS's or Outcrop, or the environment says where they are. */
  readonly hasNeighbours: () => Promise<boolean>
  readonly quotas: () => Promise<readonly ServiceQuota[]>
  /** Makes one call of a few tokens and says what it took. */
  readonly call: () => Promise<string>
}
