import type { Session, ShellName, Step } from '../session.ts'

/** A sixth author, from outside: what a generator written from the product's description alone found to be read wrong. */
const found = (
  shell: ShellName,
  name: string,
  steps: readonly Step[],
  rest: Partial<Session> = {},
): Session => ({ category: 'sixth hand', name: `sixth hand: ${name}`, shell, ...rest, steps })

const withoutBracketsBash = "bind 'set enable-bracketed-paste off'"
const withoutBracketsZsh = 'unset zle_bracketed_paste'

// biome-ignore format: a script reads better as it is typed
export const sixthHand: Session[] = [
  found('zsh', 'a sign that says how it ended, nothing said of paste', ['echo fine<Enter>', 'ls /zzz<Enter>', 'echo before resize', { resize: [120, 30] }, ' and after<Enter>', 'false<Enter>', 'cd /tmp<Enter>', 'sleep 30<Enter>', { pause: 200 }, '<C-z>', 'bg<Enter>', 'kill %1<Enter>', 'true<Enter>'], { rc: `${withoutBracketsZsh}\nPROMPT='%F{cyan}%1~%f %(?.✓.✗) '\nRPROMPT='%T'`, cols: 100 }),
  found('zsh', 'an empty prompt, nothing said of paste', ["read 'name?Name? '; echo \"hi $name\"<Enter>", { until: 'Name? ' }, 'Kim<Enter>', 'uname -s<Enter>', 'echo two words<C-w>more<Enter>'], { rc: `${withoutBracketsZsh}\nPROMPT=''` }),
  found('bash', 'a first prompt like the second', ["printf '$ fake'<Enter>", 'true<Enter>', 'clear<Enter>', 'echo mid', '<C-l>', ' rest<Enter>', 'echo base<C-a><C-k>printf x<Enter>', '<Up><Enter>', '(<Enter>', 'cd /; pwd<Enter>', ')<Enter>', 'for i in a b<Enter>', 'do<Enter>', 'echo $i<Enter>', 'done<Enter>'], { rc: `${withoutBracketsBash}\nPS1='> '` }),
  found('dash', 'a first prompt like the second', ["printf '$ fake'<Enter>", 'true<Enter>', 'echo one \\<Enter>', 'two<Enter>', 'wc -l <<-X<Enter>', 'one<Enter>', 'X<Enter>', 'if true; then<Enter>', 'echo yes<Enter>', 'fi<Enter>', 'echo end<Enter>', { ran: ["printf '$ fake'", 'true', 'echo one \\\ntwo', 'wc -l <<-X\none\nX', 'if true; then\necho yes\nfi', 'echo end'] }], { rc: "PS1='> '" }),
  found('dash', 'data that begins like the prompt', ['cat > data.txt<Enter>', 'this is data<Enter>', '$ not a command<Enter>', '<C-d>', 'wc -l data.txt<Enter>', { ran: ['cat > data.txt', 'wc -l data.txt'] }]),
  found('dash', 'the prompt between two letters typed ahead', ['sleep 0.3<Enter>', { pause: 100 }, { ahead: 'echo ah' }, { pause: 400 }, 'ead<Enter>', 'echo end<Enter>', { ran: ['sleep 0.3', 'echo ahead', 'echo end'] }], { rc: "PS1='[box] '" }),
  found('bash', 'shells that ask like programs', ['bash<Enter>', 'echo nested<Enter>', 'exit<Enter>', 'echo out<Enter>'], { rc: "PS1='cmd: '" }),
  found('bash', 'characters no one sees', ["echo 'x<C-v><C-a>y'<Enter>", "echo a<C-v><Tab>b<Enter>", 'echo end<Enter>']),
  found('bash', 'characters no one sees, marked', ["echo 'x<C-v><C-a>y'<Enter>", "echo a<C-v><Tab>b<Enter>", 'echo end<Enter>'], { integration: true }),
  found('zsh', 'characters no one sees, marked', ["echo 'x<C-v><C-a>y'<Enter>", "echo a<C-v><Tab>b<Enter>", 'echo end<Enter>'], { integration: true }),
  found('fish', 'characters no one sees, marked', ["printf 'x\\ty\\n'<Enter>", "echo one", '<M-Enter>', 'echo two<Enter>', 'echo end<Enter>'], { integration: true }),
  found('bash', 'a key bash takes for a letter in vi mode', ['echo mid', '<C-l>', ' rest<Enter>', 'echo end<Enter>'], { rc: 'set -o vi' }),
  found('bash', 'a prompt typed into an editor', ['vim -u NONE f.txt<Enter>', { pause: 300 }, 'i', 'echo inside<Enter>', '$ ls -la<Esc>', ':wq<Enter>', 'wc -l f.txt<Enter>'], { needs: ['vim'], rc: "PS1='$ '" }),
  found('fish', 'what stands at the right of a pane', ['tmux new fish<Enter>', { until: '$ ' }, { pause: 400 }, { burst: 'echo one two<Enter>' }, { pause: 300 }, { burst: 'id -un<Enter>' }, { pause: 300 }, '<C-b>[', '<Up><Up>', 'q', { burst: 'echo three<Enter>' }, { pause: 300 }, 'exit<Enter>', { pause: 300 }, 'echo out<Enter>'], { needs: ['tmux'], rc: "function fish_prompt; echo -n '$ '; end\nfunction fish_right_prompt; date +%H:%M; end" }),
  found('zsh', 'a brace where others see a word', ["hello() { echo hi }; PROMPT='new $ '<Enter>", 'hello<Enter>', 'echo end<Enter>']),
  found('zsh', 'a paste longer than the screen, then another', [{ paste: Array.from({ length: 40 }, (_, n) => `echo row ${n} of forty`).join('\n') }, { pause: 300 }, '<Enter>', { paste: Array.from({ length: 60 }, (_, n) => `echo line ${n} of sixty`).join('\n') }, { pause: 300 }, '<Enter>', 'echo end<Enter>']),
]
