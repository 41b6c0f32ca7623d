# Read by an interactive bash in place of ~/.bashrc (--init-file). First everything a login shell would read, then marks
# (OSC 633) that say what is run: A before a prompt, E with the command as the history has it, C before its output,
# D with its exit code. PS1 is left alone; nothing here is shown.
__annals_nonce=$ANNALS_NONCE
unset ANNALS_NONCE

# As bash does for .bash_logout when a login shell ends. The person's own files may set another trap.
trap '[ -r ~/.bash_logout ] && . ~/.bash_logout' EXIT
logout() { builtin exit "$@"; }

[ -r /etc/profile ] && . /etc/profile
if [ -r ~/.bash_profile ]; then
  . ~/.bash_profile
elif [ -r ~/.bash_login ]; then
  . ~/.bash_login
elif [ -r ~/.profile ]; then
  . ~/.profile
fi

# PS0 is expanded after a command is read and before it runs; bash 4.4 has it. Before that the screen is all there is.
if [ -n "$__annals_nonce" ] && [ "${BASH_VERSINFO[0]:-0}${BASH_VERSINFO[1]:-0}" -ge 44 ] && [ "$TERM" != dumb ]; then
  __annals_newest() { HISTTIMEFORMAT= builtin history 1; }

  # What was typed while the terminal shows nothing (stty -echo) is not told. zsh and fish see to the echo themselves.
  __annals_shows() { [[ " $(LC_ALL=C exec stty -a 2>/dev/null) " != *' -echo '* ]]; }

  # In a subshell, by PS0. An entry that was there before the prompt is not this command: the person keeps it out of
  # the history (HISTCONTROL, HISTIGNORE), and so do we.
  __annals_runs() {
    local entry text
    entry=$(__annals_newest)
    if [ -n "$entry" ] && __annals_shows && [ "$entry" != "$__annals_before" ] && [ "${#entry}" -le 32768 ] &&
      [[ $entry =~ ^[[:space:]]*[0-9]+\*?[[:space:]][[:space:]](.*)$ ]]; then
      text=${BASH_REMATCH[1]}
      text=${text//\\/'\\'}
      text=${text//;/'\x3b'}
      # A terminal drops control characters within a mark.
      if [[ $text == *[[:cntrl:]]* ]]; then
        local code character escaped
        for code in {1..31} 127; do
          builtin printf -v escaped '\\x%02x' "$code"
          builtin printf -v character "$escaped"
          text=${text//"$character"/"$escaped"}
        done
      fi
      builtin printf '\e]633;E;%s;%s\a' "$text" "$__annals_nonce"
    fi
    builtin printf '\e]633;C;%s\a' "$__annals_nonce"
  }

  # First of the prompt's commands, so that it sees the exit code; it leaves it to those after it.
  __annals_prompt() {
    local code=$?
    if [ -n "${__annals_started-}" ]; then builtin printf '\e]633;D;%s;%s\a' "$code" "$__annals_nonce"; fi
    __annals_started=1
    __annals_before=$(__annals_newest)
    [[ $PS0 == *__annals_runs* ]] || PS0+='$(__annals_runs)'
    builtin printf '\e]633;A;%s\a' "$__annals_nonce"
    return "$code"
  }

  if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
    PROMPT_COMMAND=(__annals_prompt "${PROMPT_COMMAND[@]}")
  else
    PROMPT_COMMAND="__annals_prompt${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
  fi
fi
