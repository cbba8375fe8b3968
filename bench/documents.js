// What large requests cost others: how long the event loop is held, and how much memory many at once take at their peak.
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { converse, invoke, invokePdf, makePdf, send, words } from './large-requests.js'
import { median, spread, startServerProcess } from './lib.js'

const rounds = 7
const concurrent = 20
const megabyte = 1_000_000

/** @returns {Promise<string[]>} tables in Markdown */
export async function benchDocuments() {
  return [...(await loopTable()), '', ...(await memoryTable())]
}

async function loopTable() {
  const lines = [
    `The longest that one request with a PDF of 600 pages and 5.0 MB holds the event loop (ms), beside a server that reads and parses the same JSON; ${rounds} interleaved runs, another PDF in each.`,
    '',
    '| | floor | Outcrop | beyond the floor | answered |',
    '|---|---|---|---|---|',
  ]
  const outcrop = await startServerProcess('./servers/outcrop.js')
  const floor = await startServerProcess('./servers/parser.js')
  const kinds = { 'Converse, text only': (pdf) => converse('pdf', pdf), 'InvokeModel, visual': invokePdf }
  try {
    for (const [name, toRequest] of Object.entries(kinds)) {
      lines.push(`| ${name} | ${(await compareHolds(floor, outcrop, toRequest)).join(' | ')} |`)
    }
  } finally {
    await floor.stop()
    await outcrop.stop()
  }
  return lines
}

async function compareHolds(floor, outcrop, toRequest) {
  const floors = []
  const ours = []
  const statuses = new Set()
  // The first two warm up: the compiler, and the library in its thread.
  for (let round = -2; round < rounds; round += 1) {
    const request = toRequest(makePdf(600, 5 * megabyte))
    const least = await holding(floor, request)
    const most = await holding(outcrop, request)
    if (round < 0) continue
    statuses.add(most.status)
    floors.push(least.ms)
    ours.push(most.ms)
  }
  const beyond = ours.map((ms, round) => ms - floors[round])
  const told = [floors, ours, beyond].map((values) => `${median(values).toFixed(1)} (${spread(values)})`)
  return [...told, [...statuses].join(', ')]
}

async function holding(server, request) {
  await server.held()
  const status = await send(server.port, request)
  return { status, ms: await server.held() }
}

async function memoryTable() {
  const lines = [
    `${concurrent} requests of 4.0 MB at once, each with other content; resident memory in MB, its peak as the kernel remembers it.`,
    '',
    '| | floor: peak − idle | Outcrop: idle | peak | peak − idle | times the requests | answered |',
    '|---|---|---|---|---|---|---|',
  ]
  const kinds = {
    'PDF of 20 pages, InvokeModel': () => invokePdf(makePdf(20, 2.99 * megabyte)),
    'text document, Converse': () => converse('txt', Buffer.from(words(2.99 * megabyte))),
    'text prompt, InvokeModel': () => invoke(words(3.99 * megabyte)),
  }
  for (const [name, toRequest] of Object.entries(kinds)) {
    const requests = Array.from({ length: concurrent }, toRequest)
    const floor = await burst('./servers/parser.js', requests)
    const ours = await burst('./servers/outcrop.js', requests)
    const sum = requests.reduce((bytes, { body }) => bytes + body.length, 0) / megabyte
    const more = ours.peak - ours.idle
    const cells = [floor.peak - floor.idle, ours.idle, ours.peak, more].map((value) => value.toFixed(0))
    lines.push(`| ${name} | ${cells.join(' | ')} | ${(more / sum).toFixed(2)} | ${ours.answered} |`)
  }
  return lines
}

async function burst(file, requests) {
  const server = await startServerProcess(file)
  try {
    await delay(1000)
    // From here on the kernel remembers the peak anew.
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
    const idle = resident(server.pid, 'VmRSS')
    const statuses = await Promise.all(requests.map((request) => send(server.port, request)))
    const counts = [...new Set(statuses)].map((one) => `${statuses.filter((other) => other === one).length} × ${one}`)
    return { idle, peak: resident(server.pid, 'VmHWM'), answered: counts.join(', ') }
  } finally {
    await server.stop()
  }
}

/** Megabytes that a process holds, now or at most, as the kernel counts them. */
function resident(pid, name) {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return (Number(found[1]) * 1024) / megabyte
}
