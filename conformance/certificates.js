// A certificate authority of this run alone, and a certificate of it for this machine, made by the OpenSSL that is here.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToEnd } from './process.js'

/** Makes both, and says where they are. @param {string} folder */
export async function makeCertificates(folder) {
  const file = (/** @type {string} */ name) => join(folder, name)
  const openssl = (/** @type {string} */ words) => runToEnd('openssl', words.split(' '), { cwd: folder })
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  try {
    await openssl(
      `req -x509 ${newKey} -days 2 -subj /CN=Outcrop -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem`,
    )
    await openssl(`req ${newKey} -subj /CN=localhost -keyout tls.key -out tls.csr`)
    // Python's newest OpenSSL asks for the identifiers of both keys.
    writeFileSync(
      file('tls.ext'),
      'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
    )
    await openssl(
      'x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile tls.ext -out tls.pem',
    )
  } catch (error) {
    throw new Error('OpenSSL (`openssl`) makes the certificates of the TLS endpoint, and failed or is not here', {
      cause: error,
    })
  }
  return { ca: file('ca.pem'), cert: file('tls.pem'), key: file('tls.key') }
}
