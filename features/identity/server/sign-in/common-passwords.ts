/**
 * What lists of leaked passwords begin with, without digits and signs at the end and with letters for the digits
 * that stand for them, so that each word stands for the hundreds made of it.
 */
const words = new Set(
  `password passwort passwd passphrase motdepasse contrasena qwerty qwertz azerty qwertyuiop qwertzuiop asdfgh asdfghjkl
  asdfasdf zxcvbn zxcvbnm yxcvbnm qazwsx qazwsxedc qweasd qweasdzxc iloveyou loveyou letmein welcome willkommen bienvenue
  admin administrator administrador root toor sysadmin superuser superadmin operator manager service support helpdesk
  changeme changeit changethis default secret topsecret private secure security monkey dragon football baseball basketball
  soccer hockey sunshine princess superman batman spiderman starwars pokemon trustno trustnoone whatever computer internet
  samsung google facebook apple microsoft windows linux ubuntu debian server database oracle postgres postgresql mysql
  cisco docker jenkins gitlab github annals master login logmein access guest visitor user username default temporary temp
  temppass testing test tester demo example sample company business office summer winter spring autumn january february
  march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday
  michael jennifer jordan jessica charlie andrew daniel thomas michelle ashley nicole matthew anthony joshua robert william
  shadow killer hunter ranger buster harley mustang corvette ferrari mercedes porsche yankees liverpool chelsea arsenal
  barcelona realmadrid juventus cheese chocolate cookie banana orange purple yellow flower butterfly rainbow diamond
  freedom forever family blessed jesus christ heaven angel lovely lover babygirl sweetheart hello helloworld hellohello
  goodbye nothing something anything nopassword mypassword yourpassword thepassword newpassword oldpassword password
  correcthorsebatterystaple maganda computer abc abcd abcde abcdef abcdefg abcdefgh abcabc aaabbb pass word passpass`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

const rows = ['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm', '1234567890']
const lines = [...rows, 'abcdefghijklmnopqrstuvwxyz', '01234567890123456789']
const walks = [...lines, ...lines.map((line) => [...line].reverse().join(''))]

const letterFor: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
const plain = (text: string) => text.toLowerCase().replace(/[0134575@$!]/g, (sign) => letterFor[sign] ?? sign)
const bare = (text: string) => text.replace(/^\P{L}+|\P{L}+$/gu, '')
const joined = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')

/** Whether it is among what anyone would try first. */
export function isCommon(password: string): boolean {
  const lower = password.toLowerCase()
  // With the signs at its ends taken away before and after digits are read as letters: "P@ssw0rd1!" is "password".
  const forms = [bare(lower), bare(plain(lower)), plain(bare(lower)), joined(plain(bare(lower)))]
  if (forms.some((form) => words.has(form))) return true
  // "adminadmin1", "secret-secret".
  if (forms.some((form) => words.has(halfOf(joined(form))))) return true
  if (/^\d{1,12}$/.test(password)) return true
  if (new Set(lower).size <= 2) return true
  if (isWalk(lower)) return true
  return bare(lower).length < 3 && password.length < 12
}

/** The first of two equal halves. */
function halfOf(text: string): string {
  const half = text.slice(0, text.length / 2)
  return half !== '' && half + half === text ? half : text
}

/** A line of the keyboard or the alphabet, or pieces of four and more of such lines. */
function isWalk(lower: string): boolean {
  let rest = lower
  while (rest.length > 0) {
    const length = longestWalk(rest)
    if (length < 4) return false
    rest = rest.slice(length)
    if (rest.length < 4 && rest.length > 0) return true
  }
  return true
}

function longestWalk(text: string): number {
  for (let length = text.length; length >= 4; length--)
    if (walks.some((walk) => walk.includes(text.slice(0, length)))) return length
  return 0
}

/** Whether a password is a name, or one with at most four letters and digits more: "mina.park1", "parkmina!", "Annals2026". */
export function isLike(password: string, name: string): boolean {
  const parts = plain(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
  // Of a name of short words, such as "Li Wu", only the whole says whose it is.
  const told = [parts.join(''), ...parts].filter((part) => part.length >= 3)
  // Signs at the ends are signs, or stand for letters: "Annals2026!", "@nn@ls2026".
  const withoutEnd = password.replace(/[^\p{L}\p{N}]+$/u, '')
  return [password, withoutEnd, withoutEnd.replace(/^[^\p{L}\p{N}]+/u, '')].some((form) => {
    const original = joined(plain(form))
    let rest = original
    for (const part of told.toSorted((one, other) => other.length - one.length))
      rest = rest.replaceAll(part, '')
    return rest !== original && rest.length <= 4
  })
}
