import { exitCodes } from '../failure.ts'
import type { Io } from '../io.ts'
import { type CheckResult, fail, type Finding, statusOf } from './check.ts'
import { type Check, checks } from './checks.ts'
import { createPatient } from './create-patient.ts'
import type { DoctorOptions, Patient } from './patient.ts'
import { printReport, type Report } from './print.ts'

/** Nobody waits longer for a diagnosis. */
const mostMs = 15_000

/** `outcrop doctor`: says why a call would fail, and returns 0 when it would not. */
export async function doctor(options: DoctorOptions, io: Io): Promise<number> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${mostMs / 1000} s`)), mostMs)
  try {
    const patient = await createPatient(options, io, deadline.signal)
    const report = await examine(patient, options.call === true)
    io.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : printReport(report, io))
    return report.ok ? exitCodes.ok : exitCodes.failure
  } finally {
    clearTimeout(timer)
    // Whatever is still on its way is for nobody.
    deadline.abort()
  }
}

async function examine(patient: Patient, withCall: boolean): Promise<Report> {
  const chosen = Object.entries(checks).filter(([name]) => withCall || name !== 'call')
  const late = timeUp(patient.signal)
  const results = await Promise.all(chosen.map(([name, check]) => run(name, check, patient, late)))
  return {
    ok: results.every(({ status }) => status !== 'fail'),
    endpoint: patient.place.value,
    region: patient.region.value,
    model: patient.model,
    checks: results,
  }
}

async function run(
  name: string,
  check: Check,
  patient: Patient,
  late: Promise<readonly Finding[]>,
): Promise<CheckResult> {
  const findings = await Promise.race([check(patient), late])
  return { check: name, status: statusOf(findings), findings }
}

function timeUp(signal: AbortSignal): Promise<readonly Finding[]> {
  return new Promise((resolve) => {
    const tell = (): void => resolve([fail(`not done within ${mostMs / 1000} s`, 'check the network and the proxy')])
    if (signal.aborted) tell()
    else signal.addEventListener('abort', tell, { once: true })
  })
}
