import type { Pace, Session, ShellName, Step } from '../session.ts'

const SHELLS: readonly ShellName[] = ['bash', 'zsh', 'fish']
const PACES: readonly Pace[] = ['keys', 'clumps', 'burst']

/** The same keys in each shell, at a pace and width of its own. */
function inEach(
  category: string,
  name: string,
  steps: readonly Step[],
  { shells = SHELLS, ...rest }: Partial<Session> & { readonly shells?: readonly ShellName[] } = {},
): Session[] {
  return shells.map((shell, index) => ({
    category,
    name: `${category}: ${name} in ${shell}`,
    shell,
    pace: PACES[(index + name.length) % 3]!,
    cols: [80, 100, 120, 200][(index + name.length) % 4]!,
    ...rest,
    steps,
  }))
}

const simple: Step[] = [
  'ls<Enter>',
  'echo "hello world"   two  blanks<Enter>',
  'cd documents && pwd; cd ..<Enter>',
  'printf "no newline"<Enter>',
  'echo after<Enter>',
  'cat notes.txt | head -n 3 | tail -n 1 > /dev/null<Enter>',
  'true # a comment<Enter>',
  'seq 1 60<Enter>',
  'echo end<Enter>',
  'exit<Enter>',
]

const completion: Step[] = [
  'cat alph<Tab><Enter>',
  'cat a<Tab>',
  '<C-c>',
  'cat al<Tab><Tab>',
  'pha.txt<Enter>',
  'ls doc<Tab><Enter>',
  'cat be<Tab><Enter>',
  'ls source-code/dee<Tab>',
  'nes<Tab>fol<Tab>',
  '<Enter>',
  'echo done<Enter>',
]

const history: Step[] = [
  'echo first<Enter>',
  'echo second --with=option<Enter>',
  'ls -d /tmp<Enter>',
  '<Up><Up><Enter>',
  '<Up><Up><Up><Down><Enter>',
  '<Up><BS><BS><BS>var<Enter>',
  '<C-p><C-p><C-n> more<Enter>',
  'echo third<Enter>',
]

const search: Step[] = [
  'echo needle one<Enter>',
  'echo haystack<Enter>',
  'ls -d /usr<Enter>',
  '<C-r>needle',
  '<Enter>',
  '<C-r>hay',
  '<C-e>',
  ' stacked<Enter>',
  '<C-r>usr',
  '<C-g>',
  'echo fresh<Enter>',
  '<C-r>need<C-r>',
  '<Esc>',
  '<C-u>',
  'echo last<Enter>',
]

const fishSearch: Step[] = [
  'echo needle one<Enter>',
  'echo haystack<Enter>',
  'need<Up>',
  '<Enter>',
  'hay<Up>',
  '<C-e>',
  ' stacked<Enter>',
  'echo last<Enter>',
]

const keysInLine: Step[] = [
  'cho middle<C-a>e<Enter>',
  'echo tail head<C-w>feet<Enter>',
  'echo cut this<C-a><M-f><C-k><C-y> and that<Enter>',
  'rubbish all of it<C-u>echo kept<Enter>',
  'echo one three<Left><Left><Left><Left><Left>two <Enter>',
  'echo abcdef<Left><Left><BS><Del><C-e>!<BS>?<Enter>',
  'echo "quoted"<Home>time <End> x<Enter>',
  'echo word1 word2 word3<M-b><M-b>inserted <M-f><M-d><Enter>',
  'echo xy<C-t><Enter>',
  'ls<C-l>',
  ' -a<Enter>',
  'wrong<C-c>',
  'echo right<Enter>',
  '<Enter>',
  '   <Enter>',
  'echo end<Enter>',
]

const wide =
  'echo aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg hhhhhhhhhh iiiiiiiiii jjjjjjjjjj kkkkkkkkkk'
const wrapped: Step[] = [
  `${wide}<Enter>`,
  `${wide}<C-a><C-e> end<Enter>`,
  `${wide}<C-a><M-f> start<Enter>`,
  '<Up><Enter>',
  `echo ${'x'.repeat(40)}<Enter>`,
  `echo ${'1234567890'.repeat(9)}<BS><BS><BS><BS><BS><BS><BS><BS><BS><BS><BS><BS>z<Enter>`,
  'echo short<Enter>',
]

const resized: Step[] = [
  'echo before the resize of the window',
  { resize: [50, 20] },
  ' and after it<Enter>',
  'echo 2 at fifty columns which is not quite enough for it',
  { resize: [110, 30] },
  ' all<Enter>',
  'ls<Enter>',
  { resize: [70, 24] },
  'echo done<Enter>',
]

const unicode: Step[] = [
  'echo café naïve über<Enter>',
  'echo 日本語 テスト<BS>ト<Enter>',
  'echo 한국어 混合 ascii<C-a><C-e> ende<Enter>',
  'echo 🎉 party 🎊<Enter>',
  'cat caf<Tab><Enter>',
  'echo e\u0301 combining<Enter>',
  `echo ${'漢字'.repeat(25)}<Enter>`,
  'echo Привет мир<Left><Left><Left>X<Enter>',
]

export const editing: Session[] = [
  ...inEach('plain', 'simple commands', simple),
  ...inEach('plain', 'simple commands with integration', simple, { integration: true }),
  ...inEach('completion', 'tab', completion),
  ...inEach('completion', 'tab with integration', completion, { integration: true, pace: 'keys' }),
  ...inEach('history', 'arrows', history),
  ...inEach('history', 'arrows with integration', history, { integration: true }),
  ...inEach('history', 'Ctrl-R', search, { shells: ['bash', 'zsh'], pace: 'keys' }),
  ...inEach('history', 'search', fishSearch, { shells: ['fish'], pace: 'keys' }),
  ...inEach(
    'history',
    'expansion',
    [
      'echo one two<Enter>',
      '!!<Enter>',
      'ls !$<Enter>',
      'echo !* again<Enter>',
      '!ech<Enter>',
      "echo 'no! no!x' ok<Enter>",
      '!-2<Enter>',
      '!nosuchevent<Enter>',
      'echo last<Enter>',
    ],
    { shells: ['bash', 'zsh'] },
  ),
  ...inEach('editing', 'keys in the line', keysInLine),
  ...inEach('editing', 'keys in the line, narrow', keysInLine, { cols: 40, pace: 'keys' }),
  ...inEach('editing', 'keys in the line with integration', keysInLine, { integration: true }),
  ...inEach('wrapped', 'longer than the width', wrapped, { cols: 60 }),
  ...inEach('wrapped', 'much longer than the width', wrapped, { cols: 40, pace: 'burst' }),
  ...inEach('wrapped', 'keys at the edge', wrapped, { cols: 47, pace: 'keys' }),
  ...inEach('resize', 'in mid-line', resized, { cols: 80 }),
  ...inEach('unicode', 'wide and combining', unicode),
  ...inEach('unicode', 'wide and narrow', unicode, { cols: 44, pace: 'keys' }),
  ...inEach(
    'vi',
    'set -o vi',
    [
      'set -o vi<Enter>',
      'echo vi mode<Enter>',
      'echo abd<Esc>',
      'hxac<Esc>',
      'A tail<Enter>',
      'echo one two<Esc>',
      'bcwthree<Enter>',
      '<Esc>',
      'kk<Enter>',
      '<Esc>',
      'k<Enter>',
    ],
    { shells: ['bash', 'zsh'], pace: 'keys' },
  ),
]
