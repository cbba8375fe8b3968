import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'

/** The packages are modules only: what knows nothing of `exports` or of modules is not promised anything. */
const promised = new Set(['node16-esm', 'bundler'])

/**
 * What is wrong with a package's types where it is imported as a module, under Node's resolution and a bundler's.
 * @param {import('./pack.js').Packed} packed @returns {Promise<string[]>}
 */
export async function findTypeFaults({ name, tarball }) {
  const result = await checkPackage(createPackageFromTarballData(tarball))
  if (result.types === false) return ['the package has no types']
  const doors = Object.values(result.entrypoints).filter(({ hasTypes }) => hasTypes)
  const faults = doors.length === 0 ? [`${name}: no door has types`] : []
  for (const problem of result.problems) {
    if ('resolutionKind' in problem && !promised.has(problem.resolutionKind)) continue
    faults.push(describe(problem))
  }
  return faults
}

/** @param {import('@arethetypeswrong/core').Problem} problem */
function describe(problem) {
  const where = 'entrypoint' in problem ? `${problem.entrypoint} (${problem.resolutionKind})` : fileOf(problem)
  const what = 'moduleSpecifier' in problem ? `: ${problem.moduleSpecifier}` : ''
  return `${problem.kind} at ${where}${what}`
}

/** @param {import('@arethetypeswrong/core').Problem} problem */
const fileOf = (problem) =>
  'fileName' in problem ? problem.fileName : 'typesFileName' in problem ? problem.typesFileName : ''
