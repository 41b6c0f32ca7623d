# Found by zsh through ZDOTDIR. Puts ZDOTDIR back at once, so that every other startup file is read where it would have
# been, then reads the person's own .zshenv. The marks (OSC 633) begin with the first prompt: A before a prompt, E with the
# command as preexec is given it, C before its output, D with its exit code. The prompt itself is left alone.
if [[ -n ${ANNALS_ZDOTDIR+set} ]]; then
  export ZDOTDIR=$ANNALS_ZDOTDIR
  unset ANNALS_ZDOTDIR
else
  unset ZDOTDIR
fi
typeset -g __annals_nonce=$ANNALS_NONCE
unset ANNALS_NONCE

if [[ -o interactive && -n $__annals_nonce && $TERM != dumb ]]; then
  __annals_runs() {
    emulate -L zsh
    local text=$1
    if (( ${#text} <= 32768 )); then
      text=${text//\\/\\\\}
      text=${text//;/\\x3b}
      # A terminal drops control characters within a mark.
      if [[ $text == *[[:cntrl:]]* ]]; then
        local -i code
        for code in {1..31} 127; do
          text=${text//${(#)code}/\\x${(l:2::0:)$(( [##16] code ))}}
        done
      fi
      builtin print -rn -- $'\e]633;E;'"$text;$__annals_nonce"$'\a'
    fi
    builtin print -rn -- $'\e]633;C;'"$__annals_nonce"$'\a'
    typeset -g __annals_running=1
  }

  # The exit code is saved before anything else and given back, so that the person's own functions see it.
  __annals_prompt() {
    local -i code=$?
    emulate -L zsh
    [[ -n ${__annals_running-} ]] && builtin print -rn -- $'\e]633;D;'"$code;$__annals_nonce"$'\a'
    typeset -g __annals_running=
    builtin print -rn -- $'\e]633;A;'"$__annals_nonce"$'\a'
    return code
  }

  typeset -ga precmd_functions preexec_functions
  precmd_functions=(__annals_prompt $precmd_functions)
  preexec_functions=(__annals_runs $preexec_functions)
fi

if [[ -f ${ZDOTDIR-$HOME}/.zshenv && -r ${ZDOTDIR-$HOME}/.zshenv ]]; then
  source ${ZDOTDIR-$HOME}/.zshenv
fi
