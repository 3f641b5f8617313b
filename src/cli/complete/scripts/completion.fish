# fish completion for migrate-remote. Written by: migrate-remote completion fish
function __migrate_remote_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program migrate-remote
    # What was typed with a path is what is about to be run; an alias is not.
    if string match -q '*/*' -- $words[1]
        set program (string replace -r '^~/' "$HOME/" -- $words[1])
    end
    set -e words[1]
    # The token as it stands has its quotes still.
    set current (string unescape -- $current; or string trim -l -c '"\'' -- $current)
    set -l answer (command $program complete -- $words $current 2>/dev/null </dev/null)
    set -l head (string split \t -- $answer[1])
    switch "$head[1]"
        case files folders
            set -l file (string replace -- "$head[2]" '' $current)
            set -l found
            if test $head[1] = folders
                set found (__fish_complete_directories "$file" '')
            else
                set found (__fish_complete_path "$file")
            end
            for one in $found
                printf '%s%s\n' $head[2] $one
            end
        case '*'
            set -e answer[1]
            printf '%s\n' $answer
    end
end
complete -c migrate-remote -f -k -a '(__migrate_remote_complete)'
