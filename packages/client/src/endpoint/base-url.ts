import { ConfigurationError } from '../configuration-error.ts'

/** A base URL without a slash at its end; a `ConfigurationError` that names where it came from when it cannot be one. */
export function parseBaseUrl(given: string, from: string): string {
  const refuse = (fault: string): never => {
    throw new ConfigurationError(`${from} ${fault}; write it like https://bedrock.example.com or http://127.0.0.1:5151`)
  }
  const url = URL.canParse(given) ? new URL(given) : refuse('is no URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('begins with neither https:// nor http://')
  // The message shows nothing of the URL: it may hold a password.
  if (url.username !== '' || url.password !== '') refuse('holds a user name or a password, which fetch refuses')
  if (url.search !== '' || url.hash !== '') refuse('has a query or a fragment, behind which no path fits')
  let end = url.pathname.length
  while (url.pathname[end - 1] === '/') end--
  return url.origin + url.pathname.slice(0, end)
}
