# Read by an interactive fish after its own configuration (--init-command). Emits marks (OSC 633): A before a prompt, E with the
# command as fish_preexec is given it, C before its output, D with its exit code. The prompt itself is left alone.
set -g __annals_nonce $ANNALS_NONCE
set -e ANNALS_NONCE

if status is-interactive; and test -n "$__annals_nonce"; and test "$TERM" != dumb
    function __annals_prompt --on-event fish_prompt
        printf '\e]633;A;%s\a' $__annals_nonce
    end

    function __annals_runs --on-event fish_preexec
        set -l text (string join \n -- $argv | string collect)
        if test (string length -- "$text") -le 32768
            set text (string replace -a '\\' '\\\\' -- "$text" | string collect)
            set text (string replace -a ';' '\x3b' -- "$text" | string collect)
            # A terminal drops control characters within a mark.
            if string match -qr '[[:cntrl:]]' -- "$text"
                for code in (seq 1 31) 127
                    set -l escaped '\x'(printf '%02x' $code)
                    set text (string replace -a -- (printf $escaped | string collect -N) $escaped "$text" | string collect)
                end
            end
            printf '\e]633;E;%s;%s\a' "$text" $__annals_nonce
        end
        printf '\e]633;C;%s\a' $__annals_nonce
    end

    function __annals_ran --on-event fish_postexec
        printf '\e]633;D;%s;%s\a' $status $__annals_nonce
    end
end
