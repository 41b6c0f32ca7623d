import { Explained } from './explained.mjs'

/** What npm writes, and what whoever reads it can do. First match wins. */
const reasons = [
  [
    /^no npm$/,
    () => 'npm is not on the PATH. Install Node.js with npm (any version from 18 on) and run this again.',
  ],
  [
    /ENOSPC/,
    () => 'The disk is full: the dependencies need about 600 MB. Free some space and run this again.',
  ],
  [
    /EROFS|EACCES|EPERM/,
    () =>
      'npm may not write here. Check who owns this folder, node_modules and the npm cache (npm config get cache).',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH/,
    () =>
      'The npm registry cannot be reached. Check the network, a proxy (npm config get proxy) or the registry that is set (npm config get registry).',
  ],
  [
    /E401|E403/,
    () => 'The npm registry refuses to answer. Check npm config get registry and its credentials.',
  ],
  [
    /E404|ETARGET/,
    () => 'The npm registry does not have a package of package-lock.json. Check npm config get registry.',
  ],
  [
    /EINTEGRITY/,
    () =>
      'A package differs from what package-lock.json says it is. Run npm cache clean --force; if it stays so, do not trust that registry.',
  ],
  [
    /EUSAGE|in sync/,
    () =>
      'package.json and package-lock.json do not agree. Take both from the same commit, or run npm install.',
  ],
  [
    /CERT_|SELF_SIGNED|unable to get local issuer/i,
    () =>
      'The registry shows a certificate this machine does not trust. Set npm config cafile to the right authority.',
  ],
]

export function explainNpm(heard, code) {
  const known = reasons.find(([pattern]) => pattern.test(heard))
  const advice = known ? known[1]() : `npm ci failed${code === undefined ? '' : ` (exit code ${code})`}.`
  // The first lines say what; those after it are npm's help and where it keeps its own log.
  const said = heard.split('\n').filter((line) => /^npm (error|ERR!) \S/.test(line))
  const words = said.slice(0, 6).join('\n  ')
  return new Explained(`The dependencies could not be installed. ${advice}${words && `\n  ${words}`}`)
}
