import { map, type Shape, value } from './read-file.ts'
import type { S3Config } from './s3-config.ts'
import * as settings from './settings.ts'
import type { Setting } from './settings.ts'

const endpoint: Setting<string> = {
  expected: 'a URL of an S3, such as http://127.0.0.1:9000, without a user name, a query or a fragment',
  read: (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
    return url.username + url.password + url.search + url.hash === '' ? text : undefined
  },
}

const region: Setting<string> = {
  expected: 'a region of that S3, such as us-east-1',
  read: (text) => (/^[a-z0-9][a-z0-9-]{0,31}$/.test(text) ? text : undefined),
}

interface WrittenS3 {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly credentials: 'default'
  readonly pathStyle: boolean
}

const fields = map<WrittenS3>({
  endpoint: value(endpoint),
  region: value(region),
  accessKeyId: value(settings.accessKeyId),
  secretAccessKey: value(settings.secretAccessKey),
  sessionToken: value(settings.sessionToken),
  credentials: value(settings.oneOf('default')),
  pathStyle: value(settings.switchedOn),
})

/** The section `s3:` of the configuration file. */
export const s3Shape: Shape<S3Config> = (written, reading) => {
  const problemsBefore = reading.problems.length
  const read = fields(written, reading)
  if (read === undefined || reading.problems.length > problemsBefore) return undefined
  const { accessKeyId, secretAccessKey, sessionToken, credentials, ...where } = read
  const refuse = (message: string): undefined => {
    reading.problems.push({ place: written.at, setting: written.setting, message })
  }
  const isKeyed = (accessKeyId ?? secretAccessKey ?? sessionToken) !== undefined
  if (credentials !== undefined) {
    return isKeyed ? refuse('expected either keys or credentials: default, found both') : { ...where, credentials }
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return refuse(
      'expected an accessKeyId with its secretAccessKey, or credentials: default (those of the environment, else the AWS chain)',
    )
  }
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
  return { ...where, credentials: keys }
}
