import { join } from 'node:path'
import { CannotCheck } from './cannot-check.ts'
import { checkBundleFile, checkProofFile, checkRecordingFile } from './evidence-file.ts'
import { type OpenStore, openInstallation } from './installation.ts'
import { readPinned } from './keys.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import type { Outcome } from './outcome.ts'
import { parseAddress } from './postgres/address.ts'
import { readRemembered } from './remembered.ts'
import { asJson, asText } from './report.ts'
import { checkStore } from './store/check-store.ts'

async function check(options: Options): Promise<Outcome> {
  const { data, databaseUrl, bundle, proof, recording } = options
  if ([bundle, proof, recording, data ?? databaseUrl].filter((given) => given !== undefined).length !== 1) {
    throw new CannotCheck(`Say what to check.\n\n${USAGE}`)
  }
  const pinned = await readPinned(options.keys, data)
  const remembered = await readRemembered(options.remembered)
  if (bundle !== undefined) return checkBundleFile({ file: bundle, pinned, remembered })
  if (proof !== undefined) return checkProofFile({ file: proof, pinned, remembered })
  if (recording !== undefined) return checkRecordingFile({ file: recording, pinned, remembered })
  await using store: OpenStore =
    databaseUrl === undefined
      ? await openInstallation(data!)
      : { address: parseAddress(databaseUrl), [Symbol.asyncDispose]: async () => {} }
  const { from, to } = options
  return await checkStore({
    ...{ address: store.address, pinned, remembered, from, to },
    blobs: data === undefined ? undefined : join(data, 'blobs'),
    onProgress: progress,
  })
}

/** On a terminal only: what is piped elsewhere stays clean. */
function progress(entries: number, of: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${Math.floor((entries / of) * 100)} %${entries === of ? '\r\u001b[K' : ''}`)
}

try {
  const options = readOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd())
  if (options.help) console.log(USAGE)
  else {
    const outcome = await check(options)
    console.log(options.json ? asJson(outcome) : asText(outcome))
    process.exitCode = outcome.damage.length === 0 ? 0 : 1
  }
} catch (error) {
  console.error(error instanceof CannotCheck ? error.message : error)
  process.exitCode = 2
}
