// The testkit in a process of its own, as a test file has it: how long its import takes, its first start and the next ones.
const began = performance.now()
const { startOutcrop } = await import('../../packages/testkit/dist/index.js')
const imported = performance.now()
const starts = []
for (let round = 0; round < 5; round += 1) {
  const before = performance.now()
  const outcrop = await startOutcrop()
  starts.push(performance.now() - before)
  const answer = await fetch(`${outcrop.url}/healthz`)
  await answer.arrayBuffer()
  await outcrop.close()
}
const [first, ...others] = starts
console.log(JSON.stringify({ load: imported - began, first, next: others.sort((a, b) => a - b)[others.length >> 1] }))
