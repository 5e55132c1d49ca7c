# SPDX-License-Identifier: Apache-2.0
# Completion of imxpt for fish.

# Is the command of the line $argv[1]?  Without an argument: is none given yet?
function __imxpt_in
    set -l wanted "$argv[1]"
    set -l argv (commandline -opc)
    set -e argv[1]
    argparse --stop-nonopt \
@GLOBALS@
        -- $argv 2>/dev/null
    test "$argv[1]" = "$wanted"
end

function __imxpt_profiles
    imxpt profiles 2>/dev/null | string replace -r '^(\S+) +' '$1\t'
end

function __imxpt_checks
    imxpt check --explain 2>/dev/null | string replace -rf '^\S+ +(\S+) +' '$1\t' | tail -n +2
end

complete -c imxpt -f
@COMMANDS@
