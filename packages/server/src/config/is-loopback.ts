import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  // RFC 6761: localhost and the names under it are this machine's.
  if (version === 0) return /(?:^|\.)localhost$/i.test(host)
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6')
}
